import { encodeFloat } from '../encoding/index.js';
import type { Metrics } from '../protocol/index.js';
import { bestOf, figureSeries, joinFigures, roundFigures, withReported } from './figures.js';
import type { RoundView } from './round-view.js';

function metrics(right: number, wrong: number, loss: number): Metrics {
  return {
    samples: 2 * (right + wrong),
    loss: encodeFloat(loss),
    confusion: [
      [right, wrong],
      [wrong, right],
    ],
    balancedAccuracy: encodeFloat(right / (right + wrong)),
    auroc: 'undefined',
  };
}

function round(roundNo: number, attempt: object): RoundView {
  return {
    roundNo,
    attempts: [{ phase: 'committed', openedAtMs: 1, endedAtMs: 100 * roundNo, ...attempt }],
  } as unknown as RoundView;
}

const site = (siteId: string, before: Metrics) => ({
  siteId,
  evaluation: { before, after: before },
});

describe('figures of adapter checkpoints', () => {
  const rounds = [
    round(1, {
      participants: [site('north', metrics(1, 1, 1)), site('south', metrics(3, 1, 0.5))],
    }),
    round(2, { participants: [site('north', metrics(4, 0, 0.25)), { siteId: 'south' }] }),
  ];

  it('stand in the round that begins from the checkpoint, each site weighing its pictures', () => {
    const { together, sites } = figureSeries(rounds, []);
    expect(together.map(({ roundNo, atMs }) => [roundNo, atMs])).toEqual([
      [0, 1],
      [1, 100],
    ]);
    // North: 4 pictures of loss 1; south: 8 of loss 0.5.
    expect(together[0]?.figures.loss).toBeCloseTo((4 + 4) / 12, 12);
    expect(together[0]?.figures.accuracy).toBeCloseTo(8 / 12, 12);
    expect(sites.map(({ siteId, measured }) => [siteId, measured.length])).toEqual([
      ['north', 2],
      ['south', 1],
    ]);
  });

  it('of the last checkpoint are those that sites reported of their validation pictures', () => {
    const body = { siteId: 'north', roundNo: 2, metrics: metrics(4, 0, 0.1) };
    const { together } = figureSeries(rounds, [
      { body: { ...body, split: 'val' } },
      { body: { ...body, siteId: 'south', split: 'test' } },
    ]);
    expect(together.at(-1)).toMatchObject({ roundNo: 2, atMs: 200, figures: { accuracy: 1 } });
  });

  it('of a secure study are those of all sites together', () => {
    const before = { confusion: metrics(3, 1, 0).confusion, lossSum: 4 };
    const { together, sites } = figureSeries(
      [round(1, { participants: [], figures: { before, after: before } })],
      [],
    );
    expect(sites).toEqual([]);
    expect(together[0]?.figures).toEqual({ accuracy: 0.75, balancedAccuracy: 0.75, loss: 0.5 });
  });

  it.each([1, 2, 3, 4])('are the same in parts of which the second begins at round %d', (from) => {
    const more = [
      ...rounds,
      round(3, { participants: [site('south', metrics(2, 2, 0.3))] }),
      round(4, {
        participants: [site('east', metrics(2, 1, 0.2)), site('north', metrics(9, 0, 1))],
      }),
    ];
    const open = { phase: 'collecting', participants: [site('west', metrics(7, 1, 1))] };
    const before = roundFigures([...more.slice(0, from), round(from + 1, open)]);
    const after = roundFigures(more.slice(from - 1));
    const reported = [1, 4].map((roundNo) => ({
      body: { siteId: 'north', roundNo, metrics: metrics(5, 0, 0.1), split: 'val' },
    }));
    const joined = withReported(joinFigures(before, after, from), reported);
    const whole = figureSeries(more, reported);
    expect(joined).toEqual(whole);
    expect(whole.together.map(({ atMs }) => atMs)).toEqual([1, 100, 200, 300, 400]);
  });

  it('are best where the largest is, of a loss the smallest', () => {
    const { together } = figureSeries(rounds, []);
    expect(bestOf(together, 'accuracy')?.roundNo).toBe(1);
    expect(bestOf(together, 'loss')?.roundNo).toBe(1);
    expect(bestOf([], 'loss')).toBeUndefined();
  });
});
