/**
 * What the adversary of a symbolic attempt can compute, and whether that is too much: which secrets the shares that left open, and
 * which sums of honest updates then lose all their masks.
 */
import {
  corruptSites,
  nameOfLeaf,
  requiredIn,
  sameLeaf,
  thresholdIn,
  type HonestSite,
  type SurvivorsLeaf,
  type World,
} from './world.js';
import { has, membersOf, setOf, sizeOf, type SiteSet } from './site-set.js';

export interface Opened {
  /** Honest sites whose b, or whose s, is open. */
  readonly selfSeeds: SiteSet;
  readonly maskKeys: SiteSet;
}

/** A holder gives its share of b of each survivor and of s of each other sharer; a corrupt holder gives both of every dealer. */
export function openedIn({ setting, sites }: World): Opened {
  const corrupt = sizeOf(corruptSites(setting));
  const isOpen = (dealer: number, isGiven: (leaf: SurvivorsLeaf, holder: HonestSite) => boolean) =>
    sites[dealer]?.dealt === true &&
    corrupt +
      sites.filter((holder) => holder.answers.some((leaf) => isGiven(leaf, holder))).length >=
      thresholdIn(setting);
  const dealers = sites.map((_site, i) => i);
  const selfSeeds = dealers.filter((dealer) =>
    isOpen(dealer, ({ survivors }) => has(survivors, dealer)),
  );
  const maskKeys = dealers.filter((dealer) =>
    isOpen(dealer, ({ survivors }, { sharers }) => has(sharers & ~survivors, dealer)),
  );
  return { selfSeeds: setOf(selfSeeds), maskKeys: setOf(maskKeys) };
}

/**
 * The groups of honest sites whose summed updates can be read and are of no smaller readable group. Two vectors hang together by
 * the mask of their pair where it is in both, with one context, and neither site's mask key is open.
 */
export function readableSums(
  { setting, sites }: World,
  { selfSeeds, maskKeys }: Opened,
): SiteSet[] {
  const { masksBySharers } = setting.defences;
  const groupOf = sites.map((_site, i) => i);
  let spoilt = 0;
  const hangsTogether = (a: HonestSite, i: number, b: HonestSite | undefined) =>
    b?.sent === true && has(b.sharers, i) && (!masksBySharers || a.sharers === b.sharers);
  sites.forEach((site, i) => {
    const unknown = membersOf(site.sharers & ~maskKeys).filter((j) => j < sites.length && j !== i);
    for (const j of site.sent && !has(maskKeys, i) ? unknown : []) {
      if (hangsTogether(site, i, sites[j])) {
        join(groupOf, i, j);
      } else {
        spoilt |= 1 << i;
      }
    }
    if (!site.sent || !has(selfSeeds, i)) {
      spoilt |= 1 << i;
    }
  });
  const groups = new Map<number, SiteSet>();
  groupOf.forEach((group, i) => groups.set(group, (groups.get(group) ?? 0) | (1 << i)));
  return [...groups.values()].filter((group) => (group & spoilt) === 0);
}

function join(groupOf: number[], i: number, j: number): void {
  const [from, to] = [groupOf[j], groupOf[i]];
  groupOf.forEach((group, k) => {
    groupOf[k] = group === from ? (to ?? group) : group;
  });
}

/** The first invariant that does not hold, in words. */
export function violationOf(world: World): string | undefined {
  const { setting, sites } = world;
  if (sites.some(({ endorsements }) => endorsements.length > 1)) {
    return 'a site endorsed two leaves of one attempt';
  }
  if (sites.some(({ answers }) => answers.length > 1)) {
    return 'a site gave shares twice';
  }
  const hasty = sites.flatMap(({ answers }) => answers).find((leaf) => !isEndorsed(world, leaf));
  if (hasty !== undefined) {
    return `a share left without a quorum for ${nameOfLeaf(hasty)}`;
  }
  const opened = openedIn(world);
  const both = membersOf(opened.selfSeeds & opened.maskKeys);
  if (both.length > 0) {
    return `both secrets of site ${both.join()} are open`;
  }
  const least = Math.max(requiredIn(setting) - sizeOf(corruptSites(setting)), 2);
  const small = readableSums(world, opened).find((sum) => sizeOf(sum) < least);
  return small === undefined
    ? undefined
    : `the sum of ${sizeOf(small)} honest updates can be read: ${membersOf(small).join()}`;
}

function isEndorsed({ setting, sites }: World, leaf: SurvivorsLeaf): boolean {
  const honest = sites.filter(({ endorsements }) =>
    endorsements.some((one) => sameLeaf(one, leaf)),
  );
  return honest.length + sizeOf(corruptSites(setting)) >= thresholdIn(setting);
}
