/** For specs: every schema of the protocol that is a whole document, with an example. */
import type { z } from 'zod';
import * as protocol from '../index.js';
import { SIGNED_ACTS, SIGNED_CLAIM } from './sample-acts.js';
import { LEAVES } from './sample-leaves.js';
import { OWED, REPLIES, REQUESTS } from './sample-messages.js';
import * as round from './sample-round.js';
import { bytes, hash, KEY_ID, SITE_ID, STUDY_ID } from './sample-scalars.js';
import * as secure from './sample-secure.js';
import { BACKBONE, STUDY_PROTOCOL } from './sample-study.js';

export interface SampleDocument {
  readonly name: string;
  readonly schema: z.ZodType;
  readonly sample: object;
}

/** Members that a document may lack, as `withoutMember` calls them. */
export const OPTIONAL_MEMBERS: Readonly<Record<string, readonly string[]>> = {
  'study protocol': optionalOfStudy(''),
  sgd: optionalOfStudy('').filter((member) => !member.startsWith('adapter:')),
  manifest: ['body: no acceptance'],
  'secure manifest': ['body: no acceptance'],
  'grouped manifest': ['body: no acceptance', 'body: aggregation: no groups'],
  'round.manifest': ['manifest: body: no acceptance'],
  delivery: ['message: manifest: body: no acceptance'],
  roster: ['body: sites: 0: no rotations'],
  header: ['body: no evaluation'],
  'update.open': ['header: body: no evaluation'],
  'site.report': ['report: no engine', 'report: studies: 0: dataSet: no used'],
  complaint: ['body: no complaint', 'body: complaint: entry: no box'],
  'secure advert': ['body: no secure'],
  'masked header': ['body: no evaluation'],
  'share entry': ['no box'],
  dealt: ['entry: no box'],
  'round.shares': ['entries: 0: no box', 'entries: 1: no box'],
  'round.relay': ['dealt: 0: entry: no box'],
  'round.survivors': ['headers: 0: body: no evaluation'],
  'secure round record': optionalOfParticipant('participants: 0: '),
  'leaf round.survivors': ['no sharersHash'],
  'leaf round.declined': ['no dealer'],
  'leaf key.destroyed': ['no aggregationKey'],
  'leaf act.signed': ['no studyId'],
  'study.offer': optionalOfStudy('protocol: body: '),
  'round record': optionalOfParticipant('participants: 0: '),
  'round.candidate': optionalOfParticipant('record: participants: 0: '),
  'round.result': ['no votes', ...optionalOfParticipant('record: participants: 0: ')],
};

function optionalOfStudy(path: string): string[] {
  return [
    'no privateAdapter',
    'no acceptance',
    'backbone: no model',
    'backbone: geometry: no attentionPoolMlpSize',
    'backbone: geometry: no projectionSize',
    'backbone: preprocessing: no crop',
    'adapter: no rankPattern',
    'training: no clipNorm',
    'acceptance: no maxNorm',
  ].map((member) => `${path}${member}`);
}

function optionalOfParticipant(path: string): string[] {
  return ['advertHash', 'headerHash', 'vectorHash', 'chunkRoot'].map((name) => `${path}no ${name}`);
}

const ROTATION: protocol.KeyRotation = {
  v: 1,
  siteId: SITE_ID,
  coordinatorKeyId: KEY_ID,
  oldKey: bytes(32, 1),
  newKey: bytes(32, 2),
};

const ENROLMENT: protocol.Enrolment = {
  v: 1,
  siteId: SITE_ID,
  identityKey: bytes(32),
  inviteHash: bytes(32),
  agentVersion: '0.1.0',
};

const SITE_HELLO: protocol.SiteHello = {
  v: 1,
  siteId: SITE_ID,
  coordinatorKeyId: KEY_ID,
  url: 'http://127.0.0.1:8080',
  challenge: bytes(32),
  clientNonce: bytes(32),
  ephemeralKey: bytes(32),
  agentVersion: '0.1.0',
  atMs: 1_750_000_000_000,
};

const COORDINATOR_HELLO: protocol.CoordinatorHello = {
  v: 1,
  siteId: SITE_ID,
  challenge: bytes(32),
  clientNonce: bytes(32),
  serverNonce: bytes(32),
  siteEphemeralKey: bytes(32),
  ephemeralKey: bytes(32),
};

const SESSION_PROOF: protocol.SessionProof = {
  v: 1,
  siteId: SITE_ID,
  coordinatorKeyId: KEY_ID,
  url: 'http://127.0.0.1:8080',
  challenge: bytes(32),
  transcriptHash: bytes(32),
};

const BUNDLE_INDEX: protocol.BundleIndex = {
  format: 'consilium-bundle',
  v: 1,
  studyId: STUDY_ID,
  origin: 'consilium.example/log',
  coordinatorKey: bytes(32),
  logKey: bytes(32),
  createdAtMs: 1_750_000_000_000,
  files: [{ path: 'adapters/0.safetensors', hash: hash(), bytes: 614_416 }],
};

const BUNDLE_LOG: protocol.BundleLog = {
  v: 1,
  checkpoints: ['consilium.example/log\n6\n'],
  consistency: [{ oldSize: 3, newSize: 6, proof: [bytes(32)] }],
  leaves: [{ index: 5, leaf: '{}', inclusion: [bytes(32)] }],
};

/** One of each method that the study protocols here do not use. */
const ADAPTERS: Readonly<Record<string, protocol.AdapterConfig>> = {
  ia3: { kind: 'ia3', targets: ['key', 'mlp-down'], feedForward: ['mlp-down'], blocks: [0] },
  'last blocks': { kind: 'last-blocks', count: 2 },
  bitfit: { kind: 'bitfit', blocks: [0] },
  'norm tuning': { kind: 'norm-tuning', blocks: [0] },
  full: { kind: 'full' },
  bottleneck: {
    kind: 'bottleneck',
    placement: 'parallel',
    size: 8,
    activation: 'relu',
    scale: 'f64:3ff0000000000000',
    blocks: [0],
  },
  'visual prompts': { kind: 'visual-prompts', depth: 'deep', tokens: 4 },
};

const SAM: protocol.SamGeometry = {
  architecture: 'sam',
  hiddenSize: 768,
  layers: 12,
  heads: 12,
  mlpSize: 3072,
  imageSize: 1024,
  patchSize: 16,
  channels: 3,
  layerNormEps: 'f64:3ff0000000000000',
  activation: 'gelu',
  windowSize: 14,
  globalBlocks: [2, 5, 8, 11],
  absolutePositions: true,
  relativePositions: true,
  qkvBias: true,
  neckSize: 256,
};

const SGD_PROTOCOL: protocol.StudyProtocol = {
  ...STUDY_PROTOCOL,
  adapter: { kind: 'linear-head' },
  training: {
    ...STUDY_PROTOCOL.training,
    optimizer: {
      kind: 'sgd',
      learningRate: 'f64:3ff0000000000000',
      momentum: 'f64:0000000000000000',
      weightDecay: 'f64:0000000000000000',
    },
    schedule: { kind: 'constant' },
  },
  privacy: { secureAggregation: 'on', colluders: 1 },
};

const rows = (
  schema: z.ZodType,
  samples: Readonly<Record<string, object>>,
  prefix = '',
): SampleDocument[] =>
  Object.entries(samples).map(([name, sample]) => ({ name: prefix + name, schema, sample }));

export const DOCUMENTS: readonly SampleDocument[] = [
  ...rows(protocol.backboneDescriptionSchema, { backbone: BACKBONE }),
  ...rows(protocol.studyProtocolSchema, { 'study protocol': STUDY_PROTOCOL, sgd: SGD_PROTOCOL }),
  ...rows(protocol.adapterConfigSchema, ADAPTERS),
  ...rows(protocol.backboneGeometrySchema, { 'geometry of SAM': SAM }),
  ...rows(protocol.signedRosterSchema, { roster: round.signed(round.ROSTER) }),
  ...rows(protocol.signedManifestSchema, {
    manifest: round.signed(round.MANIFEST),
    'secure manifest': round.signed(secure.SECURE_MANIFEST),
    'grouped manifest': round.signed(secure.GROUPED_MANIFEST),
  }),
  ...rows(protocol.signedAdvertSchema, {
    advert: round.signed(round.ADVERT),
    'secure advert': round.signed(secure.SECURE_ADVERT),
  }),
  ...rows(protocol.signedUpdateHeaderSchema, {
    header: round.signed(round.UPDATE_HEADER),
    'masked header': round.signed(secure.MASKED_HEADER),
  }),
  ...rows(protocol.signedDeclineSchema, {
    decline: round.signed(round.DECLINE),
    complaint: round.signed({ ...round.DECLINE, complaint: secure.DEALT }),
  }),
  ...rows(protocol.signedJoinSchema, {
    join: round.signed(round.JOIN),
    'declined join': round.signed(round.JOIN_DECLINED),
  }),
  ...rows(protocol.signedEvaluationSchema, { evaluation: round.signed(round.EVALUATION) }),
  ...rows(protocol.roundRecordSchema, {
    'round record': round.ROUND_RECORD,
    'secure round record': secure.SECURE_RECORD,
  }),
  ...rows(protocol.shareEntrySchema, { 'share entry': secure.SHARE_ENTRY }),
  ...rows(protocol.signedSharesSchema, { shares: round.signed(secure.SHARES) }),
  ...rows(protocol.dealtSchema, { dealt: secure.DEALT }),
  ...rows(protocol.signedEndorsementSchema, { endorsement: round.signed(secure.ENDORSEMENT) }),
  ...rows(protocol.signedUnmaskingSchema, { unmasking: round.signed(secure.UNMASKING) }),
  ...rows(protocol.signedVoteSchema, {
    vote: round.signed(round.VOTE),
    'accepting vote': round.signed({
      ...round.VOTE,
      verdict: 'accept',
      code: 'not-measured',
    }),
  }),
  ...rows(protocol.revealedSchema, { revealed: secure.REVEALED }),
  ...rows(protocol.enrolmentRequestSchema, {
    'enrolment request': { invite: bytes(32), enrolment: round.signed(ENROLMENT) },
  }),
  ...rows(protocol.doublySignedKeyRotationSchema, {
    'key rotation': { byOld: round.signed(ROTATION), byNew: round.signed(ROTATION) },
  }),
  ...rows(protocol.signedWithdrawalSchema, { withdrawal: round.signed(round.WITHDRAWAL) }),
  ...rows(protocol.signedActSchema, SIGNED_ACTS),
  ...rows(protocol.signedPersonKeyClaimSchema, { 'person key claim': SIGNED_CLAIM }),
  ...rows(protocol.bundleActsSchema, {
    'acts of a bundle': {
      v: 1,
      origins: ['https://coordinator.example'],
      acts: Object.values(SIGNED_ACTS),
    },
  }),
  ...rows(protocol.enrolmentReplySchema, {
    'enrolment reply': {
      siteId: SITE_ID,
      coordinatorKey: bytes(32),
      logKey: bytes(32),
      origin: 'consilium.example/log',
      checkpoint: 'consilium.example/log\n3\n',
      status: 'pending',
    },
  }),
  ...rows(protocol.challengeSchema, {
    challenge: { challenge: bytes(32), expiresInMs: 60_000 },
  }),
  ...rows(protocol.signedSiteHelloSchema, { 'site hello': round.signed(SITE_HELLO) }),
  ...rows(protocol.signedCoordinatorHelloSchema, {
    'coordinator hello': round.signed(COORDINATOR_HELLO),
  }),
  ...rows(protocol.sessionChallengeSchema, {
    'session challenge': { kind: 'session.challenge', challenge: bytes(32) },
  }),
  ...rows(protocol.sessionAnswerSchema, {
    'session proof': { kind: 'session.proof', proof: round.signed(SESSION_PROOF) },
  }),
  ...rows(protocol.signedBundleIndexSchema, { 'bundle index': round.signed(BUNDLE_INDEX) }),
  ...rows(protocol.bundleLogSchema, { 'bundle log': BUNDLE_LOG }),
  ...rows(protocol.receiptSchema, { receipt: { kind: 'received', id: 1 } }),
  ...rows(protocol.deliverySchema, { delivery: { id: 1, message: OWED['round.manifest'] } }),
  ...rows(protocol.siteRequestSchema, REQUESTS),
  ...rows(protocol.siteReplySchema, REPLIES),
  ...rows(protocol.owedMessageSchema, OWED),
  ...rows(protocol.leafSchema, LEAVES, 'leaf '),
];
