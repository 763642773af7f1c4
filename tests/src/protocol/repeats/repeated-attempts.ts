/**
 * Attempts on one adapter checkpoint, one after another, of which a coordinator learns each sum and then says that it was aborted.
 * It chooses who is summed (any union of blocks of sites), which earlier lists it names, and whom it asks to endorse; its
 * colluders endorse everything. Honest sites endorse by the rule that is tried.
 */
import { mayEndorse, requiredSites, secureThreshold } from '@consilium/shared/secagg';
import type { SiteId } from '@consilium/shared/vocabulary';
import { smallestCombination } from './linear-span.js';

type Sites = readonly SiteId[];

export interface RepeatRules {
  readonly mayEndorse: (earlier: readonly Sites[], next: Sites, colluders: number) => boolean;
  /** Out of whom t is counted: the whole cohort, or those that advertised in the attempt. */
  readonly quorum: 'cohort' | 'advertised';
  /** Which lists a site holds the next one against: those that the leaf names, its own among them, or its own alone. */
  readonly history: 'named' | 'own';
}

/** The rules as they stand. */
export const CELLS: RepeatRules = {
  mayEndorse: (...asked) => mayEndorse(...asked).kind === 'ok',
  quorum: 'cohort',
  history: 'named',
};

/** The rule of pairs that the rule of cells replaced: each of two differences is empty or large. */
export const PAIRS: RepeatRules = {
  ...CELLS,
  mayEndorse: (earlier, next, colluders) =>
    earlier.every(
      (set) => isNoneOrMany(set, next, colluders) && isNoneOrMany(next, set, colluders),
    ),
};

export interface Cohort {
  /** Honest sites that are summed together or not at all, in numbers. */
  readonly blocks: readonly number[];
  readonly colluders: number;
}

export interface RepeatSearch {
  /** Series of attempts of which all sums came out. */
  readonly series: number;
  /** The first series that shows the update of one honest site alone. */
  readonly broken?: { readonly lists: readonly Sites[]; readonly site: SiteId };
}

interface List {
  readonly sites: Sites;
  readonly endorsers: ReadonlySet<SiteId>;
}

/** Tries every series of at most so many lists, until one shows the update of a single honest site. */
export function searchRepeats(cohort: Cohort, attempts: number, rules: RepeatRules): RepeatSearch {
  const { honest, corrupt, choices } = membersOf(cohort);
  let series = 0;
  const extend = (lists: readonly List[]): RepeatSearch['broken'] => {
    for (const sites of lists.length < attempts ? choices : []) {
      for (const endorsers of quorumsFor(lists, sites, { honest, corrupt, rules })) {
        const opened = [...lists, { sites, endorsers }];
        series += 1;
        const broken = isolatedBy(opened, honest) ?? extend(opened);
        if (broken !== undefined) {
          return broken;
        }
      }
    }
    return undefined;
  };
  const broken = extend([]);
  return broken === undefined ? { series } : { series, broken };
}

interface Members {
  readonly honest: Sites;
  readonly corrupt: Sites;
  readonly rules: RepeatRules;
}

/** Sets of honest sites that, with the colluders, endorse the list: few of those that would, so that few remember it. */
function quorumsFor(
  lists: readonly List[],
  next: Sites,
  { honest, corrupt, rules }: Members,
): ReadonlySet<SiteId>[] {
  const colluders = corrupt.length;
  const asked = rules.quorum === 'cohort' ? honest : honest.filter((site) => next.includes(site));
  const n = asked.length + colluders;
  if (next.length < requiredSites({ minSites: 3, n, colluders })) {
    return [];
  }
  const needed = secureThreshold(n, colluders) - colluders;
  const quorums = new Map<string, ReadonlySet<SiteId>>();
  for (const named of namings(lists, rules)) {
    const willing = asked.filter((site) =>
      isWilling(site, { lists, named, next, colluders, rules }),
    );
    for (const quorum of [willing.slice(0, needed), willing.slice(-needed)]) {
      if (quorum.length === needed) {
        quorums.set(quorum.join(), new Set(quorum));
      }
    }
  }
  return [...quorums.values()];
}

interface Asking {
  readonly lists: readonly List[];
  readonly named: readonly List[];
  readonly next: Sites;
  readonly colluders: number;
  readonly rules: RepeatRules;
}

function isWilling(site: SiteId, { lists, named, next, colluders, rules }: Asking): boolean {
  const own = lists.filter(({ endorsers }) => endorsers.has(site));
  const known = rules.history === 'own' ? own : named;
  const setsOf = (some: readonly List[]) => some.map(({ sites }) => sites);
  return (
    own.every((list) => known.includes(list)) && rules.mayEndorse(setsOf(known), next, colluders)
  );
}

/** Which of the lists before it a leaf may name. */
function namings(lists: readonly List[], { history }: RepeatRules): (readonly List[])[] {
  return history === 'own' ? [[]] : subsetsOf(lists);
}

/** The honest site that a combination of the sums is about, alone. */
function isolatedBy(lists: readonly List[], honest: Sites): RepeatSearch['broken'] {
  const sets = lists.map(({ sites }) => sites);
  const honestParts = sets.map((set) => set.filter((site) => honest.includes(site)));
  const [site, another] = smallestCombination(honestParts)?.sites ?? [];
  return site === undefined || another !== undefined
    ? undefined
    : { lists: sets, site: site as SiteId };
}

function membersOf({ blocks, colluders }: Cohort): {
  honest: Sites;
  corrupt: Sites;
  choices: readonly Sites[];
} {
  const groups = blocks.map((size, block) =>
    Array.from({ length: size }, (_, i) => `site-${block}-${i}` as SiteId),
  );
  const corrupt = Array.from({ length: colluders }, (_, i) => `colluder-${i}` as SiteId);
  const choices = subsetsOf([...groups, corrupt]).map((chosen) => chosen.flat());
  return { honest: groups.flat(), corrupt, choices };
}

function subsetsOf<T>(items: readonly T[]): (readonly T[])[] {
  return items.reduce<(readonly T[])[]>(
    (subsets, item) => [...subsets, ...subsets.map((subset) => [...subset, item])],
    [[]],
  );
}

function isNoneOrMany(a: Sites, b: Sites, colluders: number): boolean {
  const difference = a.filter((site) => !b.includes(site)).length;
  return difference === 0 || difference >= colluders + 2;
}
