/**
 * Attempts on one adapter checkpoint, one after another, of which a coordinator learns each sum and then says that it was aborted.
 * It chooses who takes part: any union of blocks of sites. Each site endorses by the rule that is tried.
 */
import { mayEndorse, requiredSites, secureThreshold } from '@consilium/shared/secagg';
import type { SiteId } from '@consilium/shared/vocabulary';
import { smallestCombination, type Isolation } from './linear-span.js';

type Sites = readonly SiteId[];

export interface RepeatRules {
  readonly colluders: number;
  readonly mayEndorse: (earlier: readonly Sites[], next: Sites, colluders: number) => boolean;
  /** Which earlier sets a site holds the next one against: those in the log, or those that it endorsed itself. */
  readonly history: 'log' | 'own';
}

/** The rule as it stands. */
export const CELLS: RepeatRules = {
  colluders: 1,
  mayEndorse: (...asked) => mayEndorse(...asked).kind === 'ok',
  history: 'log',
};

/** The rule of pairs that the rule of cells replaced: each of two differences is empty or large. */
export const PAIRS: RepeatRules = {
  ...CELLS,
  mayEndorse: (earlier, next, colluders) =>
    earlier.every(
      (set) => isNoneOrMany(set, next, colluders) && isNoneOrMany(next, set, colluders),
    ),
};

export const OWN_HISTORY: RepeatRules = { ...CELLS, history: 'own' };

export interface RepeatSearch {
  /** Series of attempts that every site went along with. */
  readonly series: number;
  /** Series that show what is in fewer than c + 2 sites. */
  readonly broken: readonly { readonly sets: readonly Sites[]; readonly isolation: Isolation }[];
}

/** Tries every series of at most `attempts` different unions of the blocks. */
export function searchRepeats(
  blockSizes: readonly number[],
  attempts: number,
  rules: RepeatRules,
): RepeatSearch {
  const unions = unionsOf(blockSizes);
  const broken: { sets: readonly Sites[]; isolation: Isolation }[] = [];
  let series = 0;
  const extend = (sets: readonly Sites[], from: number): void => {
    for (let i = from; i < unions.length && sets.length < attempts; i += 1) {
      const next = unions[i] ?? [];
      if (isOpened(sets, next, rules)) {
        const opened = [...sets, next];
        series += 1;
        const isolation = smallestCombination(opened);
        if (isolation !== undefined && isolation.sites.length < rules.colluders + 2) {
          broken.push({ sets: opened, isolation });
        } else {
          extend(opened, i + 1);
        }
      }
    }
  };
  extend([], 0);
  return { series, broken };
}

/** Whether so many of the sites endorse the set that its masks come off; everyone in it advertises, shares and sends. */
function isOpened(earlier: readonly Sites[], next: Sites, rules: RepeatRules): boolean {
  const { colluders, history } = rules;
  const n = next.length;
  if (n < requiredSites({ minSites: 3, n, colluders })) {
    return false;
  }
  const endorsing = next.filter((site) => {
    const known = earlier.filter((set) => history === 'log' || set.includes(site));
    return rules.mayEndorse(known, next, colluders);
  });
  return endorsing.length >= secureThreshold(n, colluders);
}

function unionsOf(blockSizes: readonly number[]): readonly Sites[] {
  const blocks = blockSizes.map((size, block) =>
    Array.from({ length: size }, (_, i) => `site-${block}-${i}` as SiteId),
  );
  return Array.from({ length: 2 ** blocks.length - 1 }, (_, i) =>
    blocks.filter((_block, bit) => ((i + 1) >>> bit) % 2 === 1).flat(),
  );
}

function isNoneOrMany(a: Sites, b: Sites, colluders: number): boolean {
  const difference = a.filter((site) => !b.includes(site)).length;
  return difference === 0 || difference >= colluders + 2;
}
