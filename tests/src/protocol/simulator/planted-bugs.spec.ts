import { play } from './campaign.js';
import type { PlantedBug } from './defences.js';
import type { Invariant } from './verdict.js';

/** The first schedule of `main.ts --planted` that finds each, played again from its seed. */
const FOUND: readonly {
  readonly bug: PlantedBug;
  readonly seed: string;
  readonly breaks: Invariant;
  /** The attackers did compute the update of one site. */
  readonly computes: boolean;
}[] = [
  {
    bug: 'a threshold of floor(n / 2) + 1 over the advertisers',
    seed: 'attack 11',
    breaks: 'never both secrets of a site',
    computes: true,
  },
  {
    bug: 'the right threshold, but over the advertisers',
    seed: 'attack 54',
    breaks: 'difference rule',
    computes: true,
  },
  {
    bug: 'any threshold that a manifest names',
    seed: 'attack 13',
    breaks: 'never both secrets of a site',
    computes: true,
  },
  {
    bug: 'no difference rule',
    seed: 'attack 9',
    breaks: 'difference rule',
    computes: true,
  },
  {
    bug: 'a list that it endorsed is not missed',
    seed: 'attack 24',
    breaks: 'difference rule',
    computes: true,
  },
  {
    bug: 'no memory of the cohorts of earlier attempts',
    seed: 'attack 31',
    breaks: 'difference rule',
    computes: true,
  },
  {
    bug: 'endorses twice',
    seed: 'attack 29',
    breaks: 'one document of a kind',
    computes: false,
  },
  {
    bug: 'forgets that it endorsed',
    seed: 'attack 7',
    breaks: 'one update in one sum',
    computes: false,
  },
  {
    bug: 'opens both kinds',
    seed: 'attack 2',
    breaks: 'never both secrets of a site',
    computes: true,
  },
  {
    bug: 'answers without a quorum',
    seed: 'attack 11',
    breaks: 'no share without a quorum',
    computes: false,
  },
  {
    bug: 'repeats a summed delta',
    seed: 'attack 23',
    breaks: 'one update in one sum',
    computes: false,
  },
  {
    bug: 'believes that an attempt is over where others go on',
    seed: 'attack 7',
    breaks: 'one update in one sum',
    computes: false,
  },
  {
    bug: 'two sites are enough, to the difference rule too',
    seed: 'attack 127',
    breaks: 'no fewer than three summed',
    computes: true,
  },
  {
    bug: 'believes a rewritten log',
    seed: 'attack 100',
    breaks: 'difference rule',
    computes: true,
  },
];
const SEEDS = [...new Set(FOUND.map(({ seed }) => seed))];

describe('random schedules find', () => {
  it.each(FOUND)('$bug, by $seed', async ({ bug, seed, breaks, computes }) => {
    const { violations } = await play('lying', seed, bug);
    process.stdout.write(`${bug}: ${JSON.stringify(violations)}\n`);
    expect(violations.map(({ invariant }) => invariant)).toContain(breaks);
    expect(violations.some(({ computed }) => computed !== undefined)).toBe(computes);
  });

  it.each(SEEDS)('nothing by %s without a bug', async (seed) => {
    const { violations } = await play('lying', seed);
    expect(violations).toEqual([]);
  });
});
