/** Taking the masks off a sum, at the coordinator and at whoever checks it: docs/protocol/v1.md section 4.1, step 6. */
import type { SecretKind } from '../protocol/index.js';
import { ConsiliumError, type SiteId } from '../vocabulary/index.js';
import { pairSign, type Sharer } from './mask-update.js';
import { addMasks, type Mask, type WordRange } from './mask.js';
import { pairMaskSeed, selfMaskSeed } from './seeds.js';

/** b of a survivor, or s of another sharer, 32 bytes. */
export interface OpenedSecret {
  readonly siteId: SiteId;
  readonly kind: SecretKind;
  readonly secret: Uint8Array;
}

export interface MasksOfSum {
  /** One of each sharer. */
  readonly secrets: readonly OpenedSecret[];
  /** U2. */
  readonly sharers: readonly Sharer[];
  /** U3: whose masked updates are in the sum. */
  readonly survivors: readonly SiteId[];
  readonly context: Uint8Array;
}

/**
 * The masks to add to the sum of the survivors' masked updates: their self masks, and those that they share with sharers who
 * dropped out, each with the sign that takes it off. A plan of seeds, so that threads can work on it by ranges of words.
 * @throws ConsiliumError 'bad-message' when a survivor is no sharer or a secret is missing, named twice or of the wrong kind;
 * as pairMaskSeed
 */
export function unmaskPlan({ secrets, sharers, survivors, context }: MasksOfSum): readonly Mask[] {
  const alive = requireSurvivorsShared(survivors, sharers);
  const secretOf = secretsBySite(secrets, sharers, alive);
  const masks: Mask[] = [];
  for (const { siteId } of sharers) {
    const secret = secretOf(siteId);
    if (alive.has(siteId)) {
      masks.push({ seed: selfMaskSeed(secret, context, siteId), sign: -1 });
    } else {
      for (const { siteId: their, maskKey } of sharers.filter((other) => alive.has(other.siteId))) {
        const pair = { ownSecret: secret, theirKey: maskKey, own: siteId, their, context };
        // The survivor has the mask with the sign of its own side; the opposite one takes it off.
        masks.push({ seed: pairMaskSeed(pair), sign: pairSign(siteId, their) });
      }
    }
  }
  return masks;
}

/** Takes the masks off the sum in place, or off a range of its words. @throws as unmaskPlan and addMasks */
export function unmaskSum(sum: Uint32Array, masks: MasksOfSum, range?: WordRange): void {
  addMasks(sum, unmaskPlan(masks), range);
}

/** Which of a sharer's two secrets is opened. */
export function secretKindOf(siteId: SiteId, survivors: ReadonlySet<SiteId>): SecretKind {
  return survivors.has(siteId) ? 'self-seed' : 'mask-key';
}

function requireSurvivorsShared(
  survivors: readonly SiteId[],
  sharers: readonly Sharer[],
): ReadonlySet<SiteId> {
  const names = new Set(sharers.map(({ siteId }) => siteId));
  const stranger = survivors.find((siteId) => !names.has(siteId));
  if (stranger !== undefined) {
    throw new ConsiliumError('bad-message', `survivor ${stranger} is not among the sharers`);
  }
  return new Set(survivors);
}

function secretsBySite(
  secrets: readonly OpenedSecret[],
  sharers: readonly Sharer[],
  survivors: ReadonlySet<SiteId>,
): (siteId: SiteId) => Uint8Array {
  const bySite = new Map(secrets.map((opened) => [opened.siteId, opened]));
  if (bySite.size !== secrets.length || secrets.length !== sharers.length) {
    throw new ConsiliumError(
      'bad-message',
      `expected one opened secret of each of ${sharers.length} sharers, got ${secrets.length}`,
    );
  }
  return (siteId) => {
    const opened = bySite.get(siteId);
    const kind = secretKindOf(siteId, survivors);
    if (opened?.kind !== kind) {
      throw new ConsiliumError('bad-message', `the ${kind} of site ${siteId} was not opened`);
    }
    return opened.secret;
  };
}
