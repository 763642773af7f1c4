import { runCampaign, type CampaignFigures } from './campaign.js';

/** Few at a time, so that a slow machine takes no minute over any. */
const RANGES = [
  { from: 1, to: 8 },
  { from: 9, to: 16 },
];
const CAMPAIGNS = (['honest', 'lying'] as const).flatMap((coordinator) =>
  RANGES.map((range) => ({ coordinator, ...range })),
);

describe('random schedules of secure attempts, with real cryptography', () => {
  it.each(CAMPAIGNS)(
    'keep every invariant under a coordinator that is $coordinator, seeds $from to $to (cases 20 to 27, 36, 49, 50, 62, 65 to 67)',
    async (campaign) => {
      const figures = await runCampaign(campaign);
      process.stdout.write(`${campaign.coordinator} coordinator: ${inWords(figures)}\n`);
      expect(figures.violations).toEqual([]);
      expect(figures.schedules).toBe(8);
      expect(figures.states).toBeGreaterThan(50);
      // Under a lying coordinator nothing is committed: attempts are counted of which it has a sum.
      expect(figures.commits).toBeGreaterThan(0);
    },
  );
});

function inWords({ violations, refusals, ...figures }: CampaignFigures): string {
  const refused = Object.values(refusals).reduce((sum, count) => sum + count, 0);
  return JSON.stringify({ ...figures, refused, violations: violations.length });
}
