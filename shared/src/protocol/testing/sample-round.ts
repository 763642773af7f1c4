/** For specs: the documents of one attempt, each with every optional member. */
import type { Signed } from '../../crypto/index.js';
import type {
  Advert,
  Decline,
  Evaluation,
  Join,
  Manifest,
  Metrics,
  Roster,
  RoundRecord,
  UpdateHeader,
  Vote,
  Withdrawal,
} from '../index.js';
import { ATTEMPT_ID, bytes, hash, KEY_ID, ONE, SITE_ID, STUDY_ID } from './sample-scalars.js';

/** Nobody has signed it: for what looks at the form alone. */
export function signed<T>(body: T): Signed<T> {
  return { body, keyId: KEY_ID, signature: bytes(64) };
}

export const OF_ATTEMPT = { studyId: STUDY_ID, roundNo: 2, attemptId: ATTEMPT_ID };

export const ROSTER: Roster = {
  v: 1,
  studyId: STUDY_ID,
  epoch: 3,
  sites: [
    {
      siteId: SITE_ID,
      keyId: KEY_ID,
      identityKey: bytes(32),
      rotations: [{ hash: hash('0e'), leafIndex: 6 }],
    },
  ],
};

export const WITHDRAWAL: Withdrawal = { v: 1, studyId: STUDY_ID, siteId: SITE_ID, afterRound: 3 };

export const MANIFEST: Manifest = {
  v: 1,
  ...OF_ATTEMPT,
  attemptNo: 1,
  studyProtocolHash: hash('01'),
  backboneHash: hash('02'),
  schemaHash: hash('03'),
  adapterCheckpointHash: hash('04'),
  rosterEpoch: 3,
  rosterHash: hash('05'),
  rosterLeafIndex: 7,
  cohort: [SITE_ID],
  minSites: 2,
  aggregation: { kind: 'plain', key: bytes(32) },
  acceptance: 'vote',
  advertDeadlineMs: 60_000,
  roundDeadlineMs: 600_000,
  issuedAtMs: 1_750_000_000_000,
};

export const ADVERT: Advert = {
  v: 1,
  ...OF_ATTEMPT,
  siteId: SITE_ID,
  manifestHash: hash('06'),
  transportKey: bytes(32),
  weight: 120,
  nonce: bytes(32),
};

export const METRICS: Metrics = {
  samples: 40,
  loss: ONE,
  confusion: [
    [18, 2],
    [1, 19],
  ],
  balancedAccuracy: ONE,
  auroc: 'undefined',
};

export const UPDATE_HEADER: UpdateHeader = {
  v: 1,
  ...OF_ATTEMPT,
  siteId: SITE_ID,
  manifestHash: hash('06'),
  peersHash: hash('07'),
  schemaHash: hash('03'),
  payload: {
    kind: 'encrypted',
    cipher: 'aes256gcm-stream',
    wrappedKey: { nonce: bytes(24), box: bytes(48) },
  },
  plaintextBytes: 614_416,
  vectorHash: hash('08'),
  chunkCount: 1,
  chunkRoot: bytes(32),
  cut: 0,
  evaluation: { before: METRICS, after: { ...METRICS, auroc: ONE } },
  trainMs: 2100,
  engine: 'tfjs-node 4.22.0',
  policyHash: hash('0d'),
};

export const DECLINE: Decline = {
  v: 1,
  ...OF_ATTEMPT,
  siteId: SITE_ID,
  manifestHash: hash('06'),
  code: 'training-failed',
};

export const VOTE: Vote = {
  v: 1,
  ...OF_ATTEMPT,
  siteId: SITE_ID,
  manifestHash: hash('06'),
  recordHash: hash('0e'),
  verdict: 'refuse',
  code: 'worse',
};

export const JOIN: Join = {
  v: 1,
  studyId: STUDY_ID,
  siteId: SITE_ID,
  studyProtocolHash: hash('01'),
  policyHash: hash('0d'),
  decision: { kind: 'join', images: 160, used: 158, skipped: 2 },
};

export const JOIN_DECLINED: Join = {
  ...JOIN,
  decision: { kind: 'decline', code: 'dataset-too-small' },
};

export const EVALUATION: Evaluation = {
  v: 1,
  studyId: STUDY_ID,
  siteId: SITE_ID,
  roundNo: 6,
  adapterCheckpointHash: hash('04'),
  split: 'test',
  metrics: METRICS,
};

export const ROUND_RECORD: RoundRecord = {
  v: 1,
  ...OF_ATTEMPT,
  attemptNo: 1,
  manifestHash: hash('06'),
  peersHash: hash('07'),
  schemaHash: hash('03'),
  participants: [
    {
      siteId: SITE_ID,
      keyId: KEY_ID,
      state: 'survivor',
      advertHash: hash('09'),
      weight: 120,
      headerHash: hash('0a'),
      vectorHash: hash('08'),
      chunkRoot: bytes(32),
      byteLength: 614_432,
    },
  ],
  survivors: [SITE_ID],
  advertised: 3,
  weightTotal: 360,
  weightSurvivors: 240,
  ringSumHash: hash('0b'),
  aggregation: { kind: 'plain' },
  serverOptimizer: { kind: 'mean' },
  previousAdapterCheckpointHash: hash('0c'),
  adapterCheckpointHash: hash('04'),
  softwareVersion: '0.1.0',
};
