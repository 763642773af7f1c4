import { scaleOf } from './timeline.js';

describe('the timeline', () => {
  it('compresses what is idle, however long it was', () => {
    const night = 10 * 3_600_000;
    const { at, gaps } = scaleOf([
      { fromMs: 0, toMs: 1000 },
      { fromMs: night, toMs: night + 1000 },
    ]);
    expect(gaps).toEqual([{ fromMs: 1000, toMs: night }]);
    expect([0, 1000, night, night + 1000].map((ms) => at(ms).toFixed(2))).toEqual([
      '0.00',
      '0.49',
      '0.51',
      '1.00',
    ]);
  });

  it('keeps short pauses as they were', () => {
    const { at, gaps } = scaleOf([
      { fromMs: 0, toMs: 1000 },
      { fromMs: 1050, toMs: 2050 },
    ]);
    expect(gaps).toEqual([]);
    expect(at(1025)).toBeCloseTo(0.5, 2);
  });
});
