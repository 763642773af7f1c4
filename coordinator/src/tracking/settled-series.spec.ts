import type { Reported, RoundView } from '@consilium/shared/answers';
import { settledSeries } from './settled-series.js';

const participant = (siteId: string, state: string) => ({ siteId, state });

const ROUNDS = [
  {
    roundNo: 1,
    attempts: [
      { phase: 'aborted', participants: [participant('west', 'survivor')] },
      {
        phase: 'committed',
        participants: [
          participant('north', 'survivor'),
          participant('south', 'survivor'),
          participant('west', 'dropped'),
        ],
      },
    ],
  },
  { roundNo: 2, attempts: [{ phase: 'collecting', participants: [] }] },
] as unknown as RoundView[];

const reported = (siteId: string, split: string, roundNo: number) =>
  ({ body: { siteId, split, roundNo } }) as Reported;

function stepsOf(run: string, tag: string, ...evaluations: readonly Reported[]): number[] {
  const points = [0, 1].map((step) => ({ step, atMs: 1, value: 1 }));
  const [settled] = settledSeries([{ run, tag, points }], ROUNDS, evaluations);
  return (settled?.points ?? []).map(({ step }) => step);
}

describe('what is settled in a study', () => {
  it('are figures of all sites once the round that holds them is committed', () => {
    expect(stepsOf('all-sites', 'val/loss')).toEqual([0]);
  });

  it('are reported figures once every site of the sum has reported them, of that split', () => {
    const north = reported('north', 'test', 1);
    expect(stepsOf('all-sites', 'test/loss', north)).toEqual([0]);
    expect(stepsOf('all-sites', 'test/loss', north, reported('south', 'val', 1))).toEqual([0]);
    expect(stepsOf('all-sites', 'test/loss', north, reported('south', 'test', 1))).toEqual([0, 1]);
  });

  it('is whatever one site measured, and what rounds took', () => {
    expect(stepsOf('sites/north', 'val/loss')).toEqual([0, 1]);
    expect(stepsOf('all-sites', 'round/bytes')).toEqual([0, 1]);
  });
});
