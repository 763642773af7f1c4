/** Dealing the shares of a site's two secrets: docs/protocol/v1.md section 4.1, step 2; Bonawitz et al. 2017, figure 4, round 1. */
import { boxSeal, splitSecret } from '../crypto/index.js';
import { canonicalBytes, concatBytes, requireBytes, toBase64 } from '../encoding/index.js';
import { createMerkleTree, leafHash, rootOf } from '../log/index.js';
import type { Dealt, ShareEntry, Shares } from '../protocol/index.js';
import type { Signed } from '../crypto/index.js';
import {
  ConsiliumError,
  type AttemptId,
  type ContentHash,
  type SiteId,
} from '../vocabulary/index.js';
import { boxBinding, shareCommitment } from './commitments.js';
import { SECRET_BYTES } from './seeds.js';

/** The shares of one dealer's two secrets that one holder has, 33 bytes each. */
export interface SharePair {
  readonly selfSeed: Uint8Array;
  readonly maskKey: Uint8Array;
}

export interface SharesToDeal {
  readonly attemptId: AttemptId;
  readonly siteId: SiteId;
  /** U1, with this site itself. */
  readonly peers: readonly { readonly siteId: SiteId; readonly transportKey: Uint8Array }[];
  readonly threshold: number;
  /** b and s, 32 bytes each. */
  readonly secrets: { readonly selfSeed: Uint8Array; readonly maskKey: Uint8Array };
  readonly transportSecret: Uint8Array;
  readonly peersHash: ContentHash;
}

export interface Dealing {
  /** Sorted by holder; they go with the signed `Shares`. */
  readonly entries: readonly ShareEntry[];
  /** 32 bytes in base64, for the signed `Shares`. */
  readonly entriesRoot: string;
  /** The shares that this site holds of itself. */
  readonly own: SharePair;
}

/**
 * Shares b and s among U1. Draws from the system's generator, so it never gives the same twice: keep what it gave.
 * @throws ConsiliumError 'bad-message' unless this site is among the peers and each is named once, 'weak-key', 'bad-encoding' on
 * wrong lengths
 * @throws RangeError unless 2 <= threshold <= peers
 */
export async function dealShares(input: SharesToDeal): Promise<Dealing> {
  const { siteId, secrets, threshold } = input;
  const peers = sortedPeers(input);
  const sharing = { shares: peers.length, threshold };
  const selfSeeds = await splitSecret(requireSecret(secrets.selfSeed), sharing);
  const maskKeys = await splitSecret(requireSecret(secrets.maskKey), sharing);
  const dealt = peers.map(({ siteId: holder, transportKey }, i) => {
    const pair = { selfSeed: shareAt(selfSeeds, i), maskKey: shareAt(maskKeys, i) };
    return { holder, pair, entry: entryFor(holder, transportKey, pair, input) };
  });
  const own = dealt.find(({ holder }) => holder === siteId);
  if (own === undefined) {
    throw new ConsiliumError('bad-message', `site ${siteId} is not among the peers it deals to`);
  }
  const entries = dealt.map(({ entry }) => entry);
  return { entries, entriesRoot: entriesRoot(entries), own: own.pair };
}

/** RFC 6962 root over the canonical JSON of the entries in their order, in base64. */
export function entriesRoot(entries: readonly ShareEntry[]): string {
  return toBase64(rootOf(entries.map(entryHash)));
}

/**
 * What one holder is handed of a dealer's entries, with the proof that the dealer signed it.
 * @throws ConsiliumError 'not-found' when no entry is for the holder
 */
export function dealtTo(
  holder: SiteId,
  shares: Signed<Shares>,
  entries: readonly ShareEntry[],
): Dealt {
  return dealtBy(shares, entries)(holder);
}

/** As `dealtTo`, for one holder after another of a dealer whose tree is built once. */
export function dealtBy(
  shares: Signed<Shares>,
  entries: readonly ShareEntry[],
): (holder: SiteId) => Dealt {
  const tree = createMerkleTree(entries.map(entryHash));
  return (holder) => {
    const index = entries.findIndex((entry) => entry.holder === holder);
    const entry = entries[index];
    if (entry === undefined) {
      const dealer = shares.body.siteId;
      throw new ConsiliumError('not-found', `site ${dealer} dealt no shares to site ${holder}`);
    }
    const inclusion = tree.inclusionProof(index, entries.length).map(toBase64);
    return { shares, entry, index, inclusion };
  };
}

function entryHash(entry: ShareEntry): Uint8Array {
  return leafHash(canonicalBytes(entry));
}

function entryFor(
  holder: SiteId,
  transportKey: Uint8Array,
  pair: SharePair,
  { attemptId, siteId, peersHash, transportSecret }: SharesToDeal,
): ShareEntry {
  const place = { attemptId, dealer: siteId, holder } as const;
  const commitments = {
    selfSeed: toBase64(shareCommitment({ ...place, kind: 'self-seed' }, pair.selfSeed)),
    maskKey: toBase64(shareCommitment({ ...place, kind: 'mask-key' }, pair.maskKey)),
  };
  if (holder === siteId) {
    return { holder, ...commitments };
  }
  const binding = boxBinding({ attemptId, from: siteId, peersHash, to: holder });
  const plain = concatBytes(pair.selfSeed, pair.maskKey, binding);
  return { holder, ...commitments, box: boxSeal(plain, transportKey, transportSecret) };
}

function sortedPeers({ peers }: SharesToDeal): SharesToDeal['peers'] {
  const sorted = [...peers].sort((a, b) => (a.siteId < b.siteId ? -1 : 1));
  const twice = sorted.find(({ siteId }, i) => siteId === sorted[i + 1]?.siteId);
  if (twice !== undefined) {
    throw new ConsiliumError('bad-message', `site ${twice.siteId} is named twice among the peers`);
  }
  return sorted;
}

function requireSecret(secret: Uint8Array): Uint8Array {
  return requireBytes(secret, SECRET_BYTES, 'secret to share');
}

function shareAt(shares: readonly Uint8Array[], i: number): Uint8Array {
  return requireBytes(shares[i], SECRET_BYTES + 1, 'share');
}
