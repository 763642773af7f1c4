/** For specs: one document of each kind that only a secure attempt has. */
import type { Endorsement, ShareEntry, Shares, Unmasking } from '../index.js';
import { OF_ATTEMPT } from './sample-round.js';
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

export const ENDORSEMENT: Endorsement = { ...place, leafIndex: 14, leafHash: bytes(32) };

export const UNMASKING: Unmasking = {
  ...place,
  leafHash: bytes(32),
  shares: [{ dealer: SITE_ID, kind: 'self-seed', share: bytes(33) }],
};
