/** What a coordinator does with the answers: it opens the secrets, sums the masked updates and takes the masks off. */
import type { Signed } from '@consilium/shared/crypto';
import { fromBase64 } from '@consilium/shared/encoding';
import { peersHash, sharersHash, signedHash, type Unmasking } from '@consilium/shared/protocol';
import { openSecrets, secureContext, unmaskSum } from '@consilium/shared/secagg';
import { ringAdd } from '@consilium/shared/tensors';
import type { SiteId } from '@consilium/shared/vocabulary';
import { secureAggregationOf } from '../secure-acceptance.js';
import { given } from './attempt-in-progress.js';
import { sharerOf, type Dealing, type Heard } from './secure-ghost.js';

export interface SentVector {
  readonly siteId: SiteId;
  /** The masked vector as it travels. */
  readonly bytes: Uint8Array;
}

export interface SumToOpen {
  readonly heard: Heard;
  readonly dealings: readonly Dealing[];
  readonly survivors: readonly SiteId[];
  readonly vectors: readonly SentVector[];
  /** As many as are needed are used, in this order. */
  readonly answers: readonly Signed<Unmasking>[];
}

export async function openSum({ heard, dealings, survivors, vectors, answers }: SumToOpen) {
  const { manifest, adverts } = heard;
  const { attemptId } = manifest.body;
  const { threshold } = secureAggregationOf(manifest.body);
  const byName = new Map(adverts.map((advert) => [advert.body.siteId, advert]));
  const sharers = dealings.map(({ shares, entries }) => {
    const advert = given(byName.get(shares.body.siteId));
    const { selfSeedHash } = given(advert.body.secure);
    return { ...sharerOf(advert), selfSeedHash: fromBase64(selfSeedHash), entries };
  });
  const opening = await openSecrets({
    attemptId,
    sharers,
    survivors,
    threshold,
    answers: answers.slice(0, threshold).map(({ body }) => body),
  });
  if (opening.kind !== 'opened') {
    throw new Error(`the sum cannot be opened: ${JSON.stringify(opening)}`);
  }
  const sum = new Uint32Array(given(vectors[0]).bytes.length / 4);
  for (const { bytes } of vectors.filter(({ siteId }) => survivors.includes(siteId))) {
    ringAdd(sum, bytes);
  }
  const words = dealings.map(({ shares }) => shares);
  const context = secureContext({
    attemptId,
    manifestHash: signedHash(manifest),
    peersHash: peersHash(attemptId, adverts),
    sharersHash: sharersHash(attemptId, words),
  });
  unmaskSum(sum, { secrets: opening.secrets, sharers, survivors, context });
  return { sum, secrets: opening.secrets.map(({ siteId, kind }) => ({ siteId, kind })) };
}
