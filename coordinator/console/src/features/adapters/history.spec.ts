import type { AdapterView, RoundView } from '@consilium/shared/answers';
import type { FigureSeries, Measured } from '../../lib/figures.js';
import { adapterHistory, resultsOf, worstSite } from './history.js';

const hashOf = (digit: number) => `sha256:${String(digit).repeat(64)}` as AdapterView['hash'];

function measured(roundNo: number, balancedAccuracy: number): Measured {
  return { roundNo, atMs: roundNo, figures: { balancedAccuracy, accuracy: 0.5, loss: 1 } };
}

const SERIES: FigureSeries = {
  together: [measured(0, 0.3), measured(1, 0.9), measured(2, 0.8)],
  sites: [
    { siteId: 'north', measured: [measured(1, 0.95)] },
    { siteId: 'south', measured: [measured(1, 0.7), measured(2, 0.75)] },
  ],
};

const ADAPTERS: readonly AdapterView[] = [
  { roundNo: 0, hash: hashOf(0), bytes: 100 },
  { roundNo: 1, hash: hashOf(1), bytes: 100, ringSumHash: hashOf(7) },
  { roundNo: 2, hash: hashOf(2), bytes: 100, ringSumHash: hashOf(8) },
];

const ROUNDS = [
  {
    roundNo: 1,
    attempts: [
      { phase: 'aborted', attemptNo: 1, participants: [] },
      {
        phase: 'committed',
        attemptNo: 2,
        participants: [
          { siteId: 'north', state: 'survivor', weight: 40, vote: { verdict: 'accept', code: '' } },
          { siteId: 'south', state: 'survivor', weight: 7, vote: { verdict: 'refuse', code: '' } },
          { siteId: 'west', state: 'dropped', weight: 9 },
        ],
      },
    ],
  },
] as unknown as readonly RoundView[];

describe('the adapters of a study', () => {
  const history = adapterHistory(ADAPTERS, ROUNDS, SERIES, new Set([hashOf(1)]));

  it('come the newest first, with what is to be said of each', () => {
    expect(history.map(({ roundNo, tags }) => [roundNo, tags])).toEqual([
      [2, ['newest']],
      [1, ['best', 'accepted']],
      [0, ['first']],
    ]);
    expect(history[1]?.measured?.figures.balancedAccuracy).toBe(0.9);
  });

  it('name the attempt that made them, the sites in its sum and their votes', () => {
    expect(history[1]?.making).toMatchObject({
      attempt: { attemptNo: 2 },
      sites: [
        { siteId: 'north', weight: 40 },
        { siteId: 'south', weight: 7 },
      ],
      accepted: 1,
      refused: 1,
    });
    expect(history[2]?.making).toBeUndefined();
  });

  it('have results of each site that shows them, and of all together', () => {
    const rows = resultsOf(SERIES, 1);
    expect(rows.map(({ siteId }) => siteId)).toEqual(['north', 'south', undefined]);
    expect(worstSite(rows)).toBe('south');
    expect(worstSite(resultsOf(SERIES, 2))).toBeUndefined();
    expect(resultsOf(SERIES, 3)).toEqual([]);
  });
});
