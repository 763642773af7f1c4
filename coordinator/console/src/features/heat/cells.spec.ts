import type { Measured, SiteSeries } from '../../lib/figures.js';
import { cellsOf, worstOf } from './cells.js';

function measured(roundNo: number, accuracy: number): Measured {
  return {
    roundNo,
    atMs: 0,
    figures: { accuracy, balancedAccuracy: accuracy, loss: 1 - accuracy },
  };
}

const SITES: readonly SiteSeries[] = [
  { siteId: 'north', measured: [measured(0, 0.2), measured(2, 0.7)] },
  { siteId: 'south', measured: [measured(1, 0.1), measured(2, 0.8)] },
];

describe('the heat map', () => {
  it('has a cell for each site in each round that any site measured', () => {
    expect(cellsOf(SITES, 'accuracy')).toEqual({
      rounds: [0, 1, 2],
      rows: [
        { name: 'north', values: [0.2, undefined, 0.7] },
        { name: 'south', values: [undefined, 0.1, 0.8] },
      ],
    });
  });

  it('names the worst of the newest round, whichever way the figure goes', () => {
    expect(worstOf(SITES, 'accuracy')).toEqual({ siteId: 'north', roundNo: 2, value: 0.7 });
    expect(worstOf(SITES, 'loss')?.siteId).toBe('north');
    expect(worstOf([], 'loss')).toBeUndefined();
  });
});
