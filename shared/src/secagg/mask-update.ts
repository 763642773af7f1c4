/** The masked update of a site, y_i: docs/protocol/v1.md section 4.1, step 4. */
import { ConsiliumError, type SiteId } from '../vocabulary/index.js';
import { addMasks, type Mask, type WordRange } from './mask.js';
import { pairMaskSeed, selfMaskSeed } from './seeds.js';

/** A site of U2. */
export interface Sharer {
  readonly siteId: SiteId;
  /** S, 32 bytes. */
  readonly maskKey: Uint8Array;
}

export interface SiteMasks {
  readonly siteId: SiteId;
  /** U2, with this site itself. */
  readonly sharers: readonly Sharer[];
  /** s of this site, 32 bytes. */
  readonly maskSecret: Uint8Array;
  /** b of this site, 32 bytes. */
  readonly selfSeed: Uint8Array;
  /** As `secureContext` makes it. */
  readonly context: Uint8Array;
}

/**
 * The masks of a site: its self mask, and one with each other sharer, added towards later site ids and subtracted towards
 * earlier ones, so that they cancel in the sum.
 * @throws ConsiliumError 'bad-message' unless the site is a sharer and each sharer is named once; as pairMaskSeed
 */
export function siteMasks({
  siteId,
  sharers,
  maskSecret,
  selfSeed,
  context,
}: SiteMasks): readonly Mask[] {
  requireSharer(siteId, sharers);
  const masks: Mask[] = [{ seed: selfMaskSeed(selfSeed, context, siteId), sign: 1 }];
  for (const { siteId: their, maskKey } of sharers) {
    if (their !== siteId) {
      const pair = { ownSecret: maskSecret, theirKey: maskKey, own: siteId, their, context };
      masks.push({ seed: pairMaskSeed(pair), sign: pairSign(siteId, their) });
    }
  }
  return masks;
}

/** Masks the vector in place, or a range of its words. @throws as siteMasks and addMasks */
export function maskUpdate(vector: Uint32Array, site: SiteMasks, range?: WordRange): void {
  addMasks(vector, siteMasks(site), range);
}

/** How the mask of two sites enters the vector of the first of them. */
export function pairSign(own: SiteId, their: SiteId): 1 | -1 {
  return their > own ? 1 : -1;
}

function requireSharer(siteId: SiteId, sharers: readonly Sharer[]): void {
  const names = new Set(sharers.map((sharer) => sharer.siteId));
  if (names.size !== sharers.length) {
    throw new ConsiliumError('bad-message', 'a site is named twice among the sharers');
  }
  if (!names.has(siteId)) {
    throw new ConsiliumError('bad-message', `site ${siteId} is not among the sharers`);
  }
}
