import type { RoundView } from '@consilium/shared/answers';
import { encodeFloat } from '@consilium/shared/encoding';
import type { Metrics } from '@consilium/shared/protocol';
import { studySeries, togetherByStep } from './study-series.js';

function metrics(right: number, wrong: number, loss: number): Metrics {
  return {
    samples: 2 * (right + wrong),
    loss: encodeFloat(loss),
    confusion: [
      [right, wrong],
      [wrong, right],
    ],
    balancedAccuracy: encodeFloat(right / (right + wrong)),
    auroc: right > 3 ? encodeFloat(0.9) : 'undefined',
  };
}

const participant = (siteId: string, state: string, before?: Metrics) => ({
  siteId,
  state,
  weight: 40,
  bytes: 1000,
  trainMs: 2500,
  ...(before === undefined ? {} : { evaluation: { before, after: before } }),
});

const ROUNDS = [
  {
    roundNo: 1,
    attempts: [
      { phase: 'aborted', openedAtMs: 1000, endedAtMs: 2000, participants: [] },
      {
        phase: 'committed',
        openedAtMs: 3000,
        endedAtMs: 9500,
        participants: [
          participant('north', 'survivor', metrics(1, 1, 1)),
          participant('south', 'survivor', metrics(3, 1, 0.5)),
          participant('west', 'dropped'),
        ],
      },
    ],
  },
  { roundNo: 2, attempts: [{ phase: 'collecting', openedAtMs: 9600, participants: [] }] },
] as unknown as RoundView[];

const reported = (siteId: string, split: string, roundNo: number) => ({
  body: { siteId, split, roundNo, metrics: metrics(4, 0, 0.1) },
});

const found = (run: string, tag: string) =>
  studySeries(ROUNDS, [reported('north', 'test', 1), reported('south', 'val', 1)]).find(
    (series) => series.run === run && series.tag === tag,
  )?.points;

describe('the series of a study', () => {
  it('hold the figures of each checkpoint, of all sites and of each', () => {
    expect(found('all-sites', 'val/accuracy')).toEqual([
      { step: 0, atMs: 1000, value: 8 / 12 },
      { step: 1, atMs: 9500, value: 1 },
    ]);
    expect(found('sites/north', 'val/loss')).toEqual([{ step: 0, atMs: 1000, value: 1 }]);
  });

  it('keep what was measured on test pictures apart', () => {
    expect(found('all-sites', 'test/balanced_accuracy')).toEqual([
      { step: 1, atMs: 9500, value: 1 },
    ]);
    expect(found('sites/north', 'test/accuracy')).toHaveLength(1);
    expect(found('sites/south', 'test/accuracy')).toBeUndefined();
  });

  it('hold the area under the curve of each site that has one, and none of all sites', () => {
    const series = studySeries(ROUNDS, [
      reported('north', 'test', 1),
      reported('south', 'val', 1),
      reported('south', 'val', 0),
    ]).filter(({ tag }) => tag.endsWith('/auroc'));
    expect(series).toEqual([
      { run: 'sites/north', tag: 'test/auroc', points: [{ step: 1, atMs: 9500, value: 0.9 }] },
      {
        ...{ run: 'sites/south', tag: 'val/auroc' },
        points: [
          { step: 0, atMs: 1000, value: 0.9 },
          { step: 1, atMs: 9500, value: 0.9 },
        ],
      },
    ]);
  });

  it('have each step once', () => {
    const series = studySeries(ROUNDS, [reported('north', 'val', 0), reported('south', 'val', 0)]);
    for (const { points } of series) {
      expect(points.map(({ step }) => step)).toEqual([...new Set(points.map(({ step }) => step))]);
    }
  });

  it('tell what a committed round took, tries that came to nothing included', () => {
    expect(found('all-sites', 'round/seconds')).toEqual([{ step: 1, atMs: 9500, value: 8.5 }]);
    expect(found('all-sites', 'round/attempts')?.[0]?.value).toBe(2);
    expect(found('all-sites', 'round/sites')?.[0]?.value).toBe(2);
    expect(found('all-sites', 'round/bytes')?.[0]?.value).toBe(2000);
    expect(found('sites/south', 'round/train_seconds')?.[0]?.value).toBe(2.5);
    expect(found('sites/west', 'round/bytes')).toBeUndefined();
  });

  it('are a row a checkpoint for people', () => {
    expect(togetherByStep(studySeries(ROUNDS, []))).toEqual([
      {
        round: 0,
        'val/balanced_accuracy': 0.666667,
        'val/accuracy': 0.666667,
        'val/loss': 0.666667,
      },
      {
        round: 1,
        'round/seconds': 8.5,
        'round/attempts': 2,
        'round/sites': 2,
        'round/bytes': 2000,
      },
    ]);
  });
});
