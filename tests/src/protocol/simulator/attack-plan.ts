/**
 * What a lying coordinator is up to in one attempt. Most of its plans keep the attempt alive: it is after a single site, and sums it
 * in one list and not in another, of one attempt or of several from one adapter checkpoint.
 */
import { seededRandom, type SeededRandom } from '@consilium/shared/crypto';
import type { SiteId } from '@consilium/shared/vocabulary';
import { anyOf, type Schedule } from './schedule.js';

export type Stage = 'cohort' | 'peers' | 'sharers' | 'survivors';

export interface AttackPlan {
  /** Whom it wants in the sum; from the stage on, nobody else is shown. */
  readonly wanted: readonly SiteId[];
  readonly narrowAt: Stage;
  /** From this stage on two halves of the sites are shown different things, the second one `other` for `wanted`. */
  readonly split?: { readonly at: Exclude<Stage, 'cohort'>; readonly other: readonly SiteId[] };
  /** Sites of one half are told what was made for the other half: never, at the same time, or when they have answered. */
  readonly crossTalk: 'never' | 'together' | 'after';
  /** Only so many are asked to endorse as it takes. */
  readonly asksFew: boolean;
  /** Which earlier lists the leaf names: all, or those that the asked ones endorsed, or none. */
  readonly names: 'all' | 'theirs' | 'none';
  /** What the manifest says t is: as it must be, or as if there had been no attempts before, or far too low. */
  readonly threshold: 'right' | 'of-cohort' | 'low';
  /** The asked ones are shown a log whose earlier lists are all like the one that is asked for. */
  readonly rewritesLog: boolean;
  /** Whom no quorum needs is told that the attempt is over when its update is there; the others go on. */
  readonly endsEarly: boolean;
  /** Chances in a hundred that a message is a forgery; its true version is said later. */
  readonly forgeries: number;
}

/** What a coordinator does in most attempts of a schedule. */
type Habits = Omit<AttackPlan, 'wanted' | 'split' | 'endsEarly'>;

/** The plans of all attempts of a schedule. */
export function drawPlans({
  seed,
  random,
  members,
  corrupt,
  colluders,
}: Schedule): readonly AttackPlan[] {
  const all = members.map(({ siteId }) => siteId);
  const honest = random.shuffled(all.filter((siteId) => !corrupt.has(siteId)));
  const hasBlocks = honest.length > 2 * (colluders + 1) && random.integer(3) === 0;
  const lists = hasBlocks
    ? listsOfBlocks(honest, [...corrupt])
    : listsOfSeries(random, honest, [...corrupt]);
  const usual = hasBlocks && random.integer(4) > 0 ? stealthy(random) : drawHabits(random);
  const isSeries = lists.length > 1 && lists.every((wanted) => wanted === lists[0]);
  const ends = seededRandom(`simulator/ends/${seed}`);
  return random.shuffled(lists).map((wanted) => {
    const endsEarly = isSeries && ends.integer(2) === 0;
    const hasSplit = random.integer(10) < (lists.length === 1 ? 9 : 1);
    const split = hasSplit ? { split: drawSplit(random, wanted, honest[0]) } : {};
    const habits = !hasBlocks && random.integer(6) === 0 ? drawHabits(random) : usual;
    return { wanted, endsEarly, ...split, ...habits };
  });
}

/** Nothing of it looks odd by itself: each time other sites are asked, and they are told of as few lists as can be. */
function stealthy(random: SeededRandom): Habits {
  const narrowAt = anyOf(random, ['cohort', 'peers'] as const);
  return {
    narrowAt,
    crossTalk: 'never',
    asksFew: true,
    names: 'theirs',
    threshold: narrowAt === 'cohort' ? 'of-cohort' : 'right',
    rewritesLog: false,
    forgeries: 0,
  };
}

function drawHabits(random: SeededRandom): Habits {
  return {
    narrowAt: anyOf(random, ['cohort', 'peers', 'peers', 'sharers', 'survivors']),
    crossTalk: anyOf(random, ['never', 'never', 'together', 'after']),
    asksFew: random.integer(4) > 0,
    names: anyOf(random, ['all', 'theirs', 'theirs', 'theirs', 'none']),
    threshold: random.integer(8) === 0 ? 'low' : 'right',
    rewritesLog: random.integer(8) === 0,
    forgeries: random.integer(5) === 0 ? random.integer(20) : 0,
  };
}

/** The first honest site is the one that it is after; the others are two blocks that come and go. */
function listsOfBlocks(
  [victim, ...others]: readonly SiteId[],
  corrupt: readonly SiteId[],
): readonly (readonly SiteId[])[] {
  const cut = Math.ceil(others.length / 2);
  const all = [...(victim === undefined ? [] : [victim]), ...others, ...corrupt];
  return [all, [...others.slice(0, cut), ...corrupt], [...others.slice(cut), ...corrupt]];
}

function listsOfSeries(
  random: SeededRandom,
  [victim, ...others]: readonly SiteId[],
  corrupt: readonly SiteId[],
): readonly (readonly SiteId[])[] {
  const alone = victim === undefined ? [] : [victim];
  const all = [...alone, ...others, ...corrupt];
  const withoutVictim = [...others, ...corrupt];
  return anyOf<readonly (readonly SiteId[])[]>(random, [
    [all],
    [all],
    [all],
    [all, withoutVictim],
    [all, withoutVictim],
    [[...alone, ...corrupt]],
    [all, all],
    [all, random.shuffled(all).slice(1), random.shuffled(all).slice(random.integer(2))],
  ]);
}

function drawSplit(
  random: SeededRandom,
  wanted: readonly SiteId[],
  victim: SiteId | undefined,
): NonNullable<AttackPlan['split']> {
  const withoutVictim = wanted.filter((siteId) => siteId !== victim);
  const withoutAny = random.shuffled(wanted).slice(1);
  return {
    at: anyOf(random, ['survivors', 'survivors', 'survivors', 'sharers', 'peers']),
    other: anyOf(random, [withoutVictim, withoutVictim, withoutAny, wanted]),
  };
}
