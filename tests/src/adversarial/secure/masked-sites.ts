/** Sites of a secure sum without a network: each with the secrets of one attempt. docs/protocol/v1.md section 4.1, step 4. */
import { generateBoxKeyPair, randomBytes } from '@consilium/shared/crypto';
import {
  maskUpdate,
  unmaskSum,
  type OpenedSecret,
  type SecureContextParts,
  type Sharer,
} from '@consilium/shared/secagg';
import type { AttemptId, ContentHash, SiteId } from '@consilium/shared/vocabulary';

export interface MaskedSite extends Sharer {
  readonly maskSecret: Uint8Array;
  readonly selfSeed: Uint8Array;
}

export function hashOf(digit: string): ContentHash {
  return `sha256:${digit.repeat(64)}` as ContentHash;
}

export const PARTS: SecureContextParts = {
  attemptId: '0f'.repeat(16) as AttemptId,
  manifestHash: hashOf('1'),
  peersHash: hashOf('2'),
  sharersHash: hashOf('3'),
};

/** Sorted by site. */
export function maskedSites(count: number): readonly MaskedSite[] {
  return Array.from({ length: count }, (_, i) => {
    const { publicKey, secretKey } = generateBoxKeyPair();
    return {
      siteId: `site-${String(i).padStart(4, '0')}` as SiteId,
      maskKey: publicKey,
      maskSecret: secretKey,
      selfSeed: randomBytes(32),
    };
  });
}

/** A copy of the update with the site's masks for the sharers that it was shown. */
export function masked(
  { siteId, maskSecret, selfSeed }: MaskedSite,
  update: Uint32Array,
  sharers: readonly Sharer[],
  context: Uint8Array,
): Uint32Array {
  const vector = Uint32Array.from(update);
  maskUpdate(vector, { siteId, sharers, maskSecret, selfSeed, context });
  return vector;
}

/** Word by word modulo 2^32. */
export function ringSumOf(vectors: readonly Uint32Array[]): Uint32Array {
  const sum = new Uint32Array(vectors[0]?.length ?? 0);
  for (const vector of vectors) {
    vector.forEach((word, i) => {
      sum[i] = (sum[i] ?? 0) + word;
    });
  }
  return sum;
}

/** What a coordinator makes of the vectors of the survivors when all that it may ask for is opened. */
export function unmasked(
  vectors: readonly Uint32Array[],
  { sites, survivors, context }: Sum,
): Uint32Array {
  const sum = ringSumOf(vectors);
  const secrets = sites.map(({ siteId, selfSeed, maskSecret }): OpenedSecret =>
    survivors.includes(siteId)
      ? { siteId, kind: 'self-seed', secret: selfSeed }
      : { siteId, kind: 'mask-key', secret: maskSecret },
  );
  unmaskSum(sum, { secrets, sharers: sites, survivors, context });
  return sum;
}

export interface Sum {
  /** U2. */
  readonly sites: readonly MaskedSite[];
  /** U3. */
  readonly survivors: readonly SiteId[];
  readonly context: Uint8Array;
}
