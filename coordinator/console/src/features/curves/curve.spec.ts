import type { FigureSeries, Measured } from '../../lib/figures.js';
import { curveOf, rowsOf } from './curve.js';

function measured(roundNo: number, loss: number): Measured {
  const figures = { accuracy: 1, balancedAccuracy: 1, loss };
  return { roundNo, atMs: 1000 * roundNo + 500, figures };
}

const SERIES: FigureSeries = {
  together: [measured(0, 3), measured(1, 2), measured(4, 1)],
  sites: [
    { siteId: 'north', measured: [measured(1, 2.5)] },
    { siteId: 'south', measured: [measured(0, 3), measured(2, 1.5), measured(4, 1)] },
  ],
};

describe('a curve', () => {
  it('has a value or a gap for each line in each round that anybody measured', () => {
    const curve = curveOf(SERIES, 'loss', 'round');
    expect(curve.x).toEqual([0, 1, 2, 4]);
    expect(curve.lines).toEqual([
      { name: '', values: [3, 2, null, 1], isMain: true },
      { name: 'north', values: [null, 2.5, null, null], isMain: false },
      { name: 'south', values: [3, null, 1.5, 1], isMain: false },
    ]);
  });

  it('stands over seconds as well, and its table has the rounds', () => {
    const curve = curveOf(SERIES, 'loss', 'time');
    expect(curve.x).toEqual([0.5, 1.5, 2.5, 4.5]);
    expect(rowsOf(curve)).toEqual([
      [0, 3, null, 3],
      [1, 2, 2.5, null],
      [2, null, null, 1.5],
      [4, 1, null, 1],
    ]);
  });
});
