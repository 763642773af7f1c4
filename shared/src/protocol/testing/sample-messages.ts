/** For specs: one message of each kind that travels in the channel. */
import type { OwedMessage, SiteReply, SiteRequest } from '../index.js';
import {
  ADVERT,
  DECLINE,
  EVALUATION,
  JOIN,
  MANIFEST,
  OF_ATTEMPT,
  ROUND_RECORD,
  signed,
  UPDATE_HEADER,
  VOTE,
  WITHDRAWAL,
} from './sample-round.js';
import {
  DEALT,
  ENDORSEMENT,
  OWN_SHARE_ENTRY,
  SHARE_ENTRY,
  SHARES,
  UNMASKING,
} from './sample-secure.js';
import { ATTEMPT_ID, bytes, hash, STUDY_ID } from './sample-scalars.js';
import { STUDY_PROTOCOL } from './sample-study.js';

type OneOfEach<T extends { readonly kind: string }> = {
  readonly [K in T['kind']]: Extract<T, { kind: K }>;
};

export const REQUESTS: OneOfEach<SiteRequest> = {
  'study.join': { kind: 'study.join', join: signed(JOIN) },
  'study.withdraw': { kind: 'study.withdraw', withdrawal: signed(WITHDRAWAL) },
  'round.advert': { kind: 'round.advert', advert: signed(ADVERT) },
  'round.decline': { kind: 'round.decline', decline: signed(DECLINE) },
  'round.shares': {
    kind: 'round.shares',
    shares: signed(SHARES),
    entries: [SHARE_ENTRY, SHARE_ENTRY, OWN_SHARE_ENTRY],
  },
  'round.endorse': { kind: 'round.endorse', endorsement: signed(ENDORSEMENT) },
  'round.unmask': { kind: 'round.unmask', unmasking: signed(UNMASKING) },
  'round.vote': { kind: 'round.vote', vote: signed(VOTE) },
  'update.open': { kind: 'update.open', header: signed(UPDATE_HEADER) },
  'update.chunk': { kind: 'update.chunk', attemptId: ATTEMPT_ID, index: 0 },
  'evaluation.report': { kind: 'evaluation.report', evaluation: signed(EVALUATION) },
  'site.report': {
    kind: 'site.report',
    report: {
      v: 1,
      engine: { backend: 'onnxruntime', version: '1.22.0', device: 'processor' },
      paused: false,
      studies: [
        {
          studyId: STUDY_ID,
          standing: 'joined',
          dataSet: { state: 'usable', checkedAtMs: 1_764_000_000_000, used: 412 },
        },
      ],
    },
  },
  'blob.read': { kind: 'blob.read', hash: hash(), offset: 0, length: 614_416 },
  'log.prove': { kind: 'log.prove', leafIndex: 5, knownSize: 3 },
};

export const REPLIES: OneOfEach<SiteReply> = {
  accepted: { kind: 'accepted' },
  late: { kind: 'late' },
  upload: { kind: 'upload', missing: [0], complete: false },
  blob: { kind: 'blob', size: 614_416 },
  proof: {
    kind: 'proof',
    checkpoint: 'consilium.example/log\n6\n',
    leaf: '{}',
    inclusion: [bytes(32)],
    consistency: [bytes(32)],
  },
  problem: { kind: 'problem', code: 'conflict', title: 'Conflict', detail: 'it exists already' },
};

export const OWED: OneOfEach<OwedMessage> = {
  'study.offer': { kind: 'study.offer', protocol: signed(STUDY_PROTOCOL), leafIndex: 5 },
  'round.manifest': { kind: 'round.manifest', manifest: signed(MANIFEST), leafIndex: 12 },
  'round.peers': { kind: 'round.peers', ...OF_ATTEMPT, adverts: [signed(ADVERT)] },
  'round.relay': {
    kind: 'round.relay',
    ...OF_ATTEMPT,
    dealt: [DEALT],
  },
  'round.survivors': {
    kind: 'round.survivors',
    ...OF_ATTEMPT,
    leafIndex: 14,
    headers: [signed(UPDATE_HEADER)],
  },
  'round.quorum': { kind: 'round.quorum', ...OF_ATTEMPT, endorsements: [signed(ENDORSEMENT)] },
  'round.candidate': { kind: 'round.candidate', record: ROUND_RECORD, leafIndex: 15 },
  'round.result': {
    kind: 'round.result',
    record: ROUND_RECORD,
    leafIndex: 15,
    votes: [signed(VOTE)],
  },
  'round.aborted': { kind: 'round.aborted', ...OF_ATTEMPT, reason: '1 site left', leafIndex: 15 },
  'study.completed': {
    kind: 'study.completed',
    studyId: STUDY_ID,
    roundNo: 6,
    adapterCheckpointHash: hash('0c'),
    leafIndex: 40,
  },
  'study.failed': { kind: 'study.failed', studyId: STUDY_ID, reason: 'no more', leafIndex: 40 },
};
