/** For specs: one document of each kind that only a secure attempt has, and the secure form of those that every attempt has. */
import type {
  Advert,
  Dealt,
  Endorsement,
  Manifest,
  Revealed,
  RoundRecord,
  ShareEntry,
  Shares,
  Unmasking,
  UpdateHeader,
} from '../index.js';
import {
  ADVERT,
  MANIFEST,
  OF_ATTEMPT,
  ROUND_RECORD,
  signed,
  UPDATE_HEADER,
} from './sample-round.js';
import { bytes, hash, SITE_ID } from './sample-scalars.js';

const place = { v: 1, ...OF_ATTEMPT, siteId: SITE_ID } as const;

export const SHARES: Shares = {
  ...place,
  manifestHash: hash('06'),
  peersHash: hash('07'),
  entriesRoot: bytes(32),
  entries: 3,
};

export const OWN_SHARE_ENTRY: ShareEntry = {
  holder: SITE_ID,
  selfSeed: bytes(32),
  maskKey: bytes(32),
};

export const SHARE_ENTRY: ShareEntry = {
  ...OWN_SHARE_ENTRY,
  box: { nonce: bytes(24), box: bytes(114) },
};

export const DEALT: Dealt = {
  shares: signed(SHARES),
  entry: SHARE_ENTRY,
  index: 0,
  inclusion: [bytes(32), bytes(32)],
};

export const ENDORSEMENT: Endorsement = { ...place, leafIndex: 14, leafHash: bytes(32) };

export const UNMASKING: Unmasking = {
  ...place,
  leafHash: bytes(32),
  shares: [{ dealer: SITE_ID, kind: 'self-seed', share: bytes(33) }],
};

export const REVEALED: Revealed = {
  v: 1,
  attemptId: OF_ATTEMPT.attemptId,
  secrets: [{ siteId: SITE_ID, kind: 'mask-key', secret: bytes(32) }],
};

export const SECURE_MANIFEST: Manifest = {
  ...MANIFEST,
  aggregation: { kind: 'secure', colluders: 1, threshold: 3 },
};

export const GROUPED_MANIFEST: Manifest = {
  ...MANIFEST,
  aggregation: {
    kind: 'secure',
    colluders: 1,
    threshold: 9,
    groups: { fewest: 3, minSites: 4, sites: [[SITE_ID]] },
  },
};

export const SECURE_ADVERT: Advert = {
  ...ADVERT,
  secure: { maskKey: bytes(32, 8), selfSeedHash: bytes(32, 9) },
};

export const MASKED_HEADER: UpdateHeader = {
  ...UPDATE_HEADER,
  payload: { kind: 'masked', sharersHash: hash('0f'), training: 0 },
};

export const SECURE_RECORD: RoundRecord = {
  ...ROUND_RECORD,
  aggregation: {
    kind: 'secure',
    colluders: 1,
    threshold: 3,
    sharersHash: hash('0f'),
    sharers: [SITE_ID],
    revealedHash: hash('10'),
  },
};
