/** Threat: a coordinator that lies about candidates, votes and their counts, with a corrupt site at its side. Each schedule follows from its number. */
import { play, runCampaign, type CampaignFigures } from './campaign.js';
import { PLANTED, type PlantedBug } from './defences.js';
import type { Invariant } from './verdict.js';

/** The first schedule of `main.ts --planted` that finds each, played again. */
const FOUND: readonly {
  readonly bug: PlantedBug;
  readonly number: number;
  readonly breaks: Invariant;
}[] = [
  { bug: 'a result needs no votes', number: 1, breaks: 'accepted by more than half' },
  { bug: 'signatures of votes are not verified', number: 1, breaks: 'accepted by more than half' },
  { bug: 'a vote counts as often as it is shown', number: 8, breaks: 'accepted by more than half' },
  {
    bug: 'sites that are not in the sum vote too',
    number: 3,
    breaks: 'accepted by more than half',
  },
  { bug: 'a vote counts for whatever record', number: 21, breaks: 'accepted by more than half' },
  { bug: 'a refusal counts as a vote', number: 12, breaks: 'accepted by more than half' },
  { bug: 'half of the sites are enough', number: 7, breaks: 'accepted by more than half' },
  { bug: 'votes again on another candidate', number: 3, breaks: 'one vote an attempt' },
  { bug: 'forgets that it voted', number: 3, breaks: 'one vote an attempt' },
  {
    bug: 'believes the record about the survivors',
    number: 25,
    breaks: 'accepted by more than half',
  },
  { bug: 'takes the adapter that the record names', number: 5, breaks: 'what its sum gives' },
  { bug: 'no bound on the norm', number: 1, breaks: 'within the norm' },
  { bug: 'starts from any adapter', number: 9, breaks: 'from the adapter in force' },
  { bug: 'sums any groups', number: 75, breaks: 'groups as drawn' },
];

/** Few at a time, so that a slow machine takes no minute over any. */
const RANGES = [1, 11, 21].flatMap((from) => [
  { coordinator: 'honest' as const, from },
  { coordinator: 'lying' as const, from },
]);

describe('random schedules of votes on candidates', () => {
  it.each(RANGES)(
    'keep every invariant under a coordinator that is $coordinator, ten from $from',
    ({ coordinator, from }) => {
      const figures = runCampaign(coordinator, from, 10);
      process.stdout.write(`votes, ${coordinator} coordinator: ${inWords(figures)}\n`);
      expect(figures.violations).toEqual([]);
      expect(figures.commits).toBeGreaterThan(0);
      expect(figures.rejections).toBeGreaterThan(0);
    },
  );

  it.each(FOUND)('find $bug, by lying $number', ({ bug, number, breaks }) => {
    const { violations } = play('lying', number, bug);
    process.stdout.write(`${bug}: ${JSON.stringify(violations[0])}\n`);
    expect(violations.map(({ invariant }) => invariant)).toContain(breaks);
  });

  it('knows each planted bug', () => {
    expect(FOUND.map(({ bug }) => bug).sort()).toEqual(Object.keys(PLANTED).sort());
  });
});

function inWords({ violations, ...figures }: CampaignFigures): string {
  return JSON.stringify({ ...figures, violations: violations.length });
}
