/** Sets of sites as bits: site i is in the set when bit i is 1. */
export type SiteSet = number;

export function setOfFirst(count: number): SiteSet {
  return 2 ** count - 1;
}

export function has(set: SiteSet, site: number): boolean {
  return (set & (1 << site)) !== 0;
}

export function sizeOf(set: SiteSet): number {
  let size = 0;
  for (let rest = set; rest !== 0; rest &= rest - 1) {
    size += 1;
  }
  return size;
}

export function membersOf(set: SiteSet): number[] {
  const members: number[] = [];
  for (let site = 0; set >>> site !== 0; site += 1) {
    if (has(set, site)) {
      members.push(site);
    }
  }
  return members;
}

export function setOf(members: readonly number[]): SiteSet {
  return members.reduce((set, site) => set | (1 << site), 0);
}

/** Every subset of at least so many members. */
export function subsetsOf(whole: SiteSet, least: number): SiteSet[] {
  const subsets: SiteSet[] = [];
  for (let part = whole; part > 0; part = (part - 1) & whole) {
    if (sizeOf(part) >= least) {
      subsets.push(part);
    }
  }
  return subsets;
}
