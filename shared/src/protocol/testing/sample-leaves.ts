/** For specs: one leaf of each type. */
import type { Leaf, LeafType } from '../index.js';
import { ATTEMPT_ID, bytes, hash, KEY_ID, SITE_ID, STUDY_ID } from './sample-scalars.js';

const common = { v: 1, atMs: 1_750_000_000_000 } as const;
const ofStudy = { ...common, studyId: STUDY_ID };
const ofAttempt = { ...ofStudy, roundNo: 2, attemptId: ATTEMPT_ID };

export const LEAVES: { readonly [T in LeafType]: Extract<Leaf, { type: T }> } = {
  'log.opened': {
    ...common,
    type: 'log.opened',
    origin: 'consilium.example/log',
    logKey: bytes(32, 1),
    coordinatorKey: bytes(32, 2),
  },
  'software.version': {
    ...common,
    type: 'software.version',
    version: '0.1.0',
    node: 'v20.20.2',
    protocol: 1,
  },
  'site.enrolled': {
    ...common,
    type: 'site.enrolled',
    siteId: SITE_ID,
    keyId: KEY_ID,
    identityKey: bytes(32),
    enrolmentHash: hash('01'),
  },
  'study.created': {
    ...ofStudy,
    type: 'study.created',
    studyProtocolHash: hash('02'),
    schemaHash: hash('03'),
    adapterCheckpointHash: hash('04'),
  },
  'study.approved': {
    ...ofStudy,
    type: 'study.approved',
    siteId: SITE_ID,
    studyProtocolHash: hash('02'),
    joinHash: hash('05'),
  },
  'study.declined': {
    ...ofStudy,
    type: 'study.declined',
    siteId: SITE_ID,
    joinHash: hash('05'),
    reason: 'dataset-too-small',
  },
  'roster.add': {
    ...ofStudy,
    type: 'roster.add',
    siteId: SITE_ID,
    keyId: KEY_ID,
    epoch: 1,
    rosterHash: hash('06'),
  },
  'study.started': { ...ofStudy, type: 'study.started', rosterHash: hash('06') },
  'round.manifest': {
    ...ofAttempt,
    type: 'round.manifest',
    attemptNo: 1,
    manifestHash: hash('07'),
  },
  'round.adverts': {
    ...ofAttempt,
    type: 'round.adverts',
    peersHash: hash('08'),
    sites: [SITE_ID],
  },
  'round.survivors': {
    ...ofAttempt,
    type: 'round.survivors',
    peersHash: hash('08'),
    sites: [SITE_ID],
    headersHash: hash('09'),
  },
  'round.result': {
    ...ofAttempt,
    type: 'round.result',
    recordHash: hash('0a'),
    ringSumHash: hash('0b'),
    adapterCheckpointHash: hash('0c'),
  },
  'round.aborted': { ...ofAttempt, type: 'round.aborted', reason: '1 site left' },
  'key.destroyed': { ...ofAttempt, type: 'key.destroyed', aggregationKey: bytes(32) },
  'study.completed': {
    ...ofStudy,
    type: 'study.completed',
    rounds: 6,
    adapterCheckpointHash: hash('0c'),
  },
  'study.failed': { ...ofStudy, type: 'study.failed', reason: 'round 2 failed 3 times' },
  'evaluation.reported': {
    ...ofStudy,
    type: 'evaluation.reported',
    siteId: SITE_ID,
    evaluationHash: hash('0d'),
  },
  'access.export': { ...ofStudy, type: 'access.export', what: 'bundle' },
  'security.refused': {
    ...ofStudy,
    type: 'security.refused',
    siteId: SITE_ID,
    code: 'bad-signature',
    message: 'round.advert',
  },
};
