import fc from 'fast-check';
import { inTurn, median, quantile, relativeSpread } from './statistics.js';

const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1 });

describe('quantile', () => {
  it.each([
    [0, 1],
    [0.25, 1.75],
    [0.5, 2.5],
    [0.75, 3.25],
    [1, 4],
  ])('of [4, 1, 3, 2] at %d is %d, as numpy has it', (share, expected) => {
    expect(quantile([4, 1, 3, 2], share)).toBeCloseTo(expected, 12);
  });

  it('lies between the smallest and the largest value, and leaves its argument as it is', () => {
    fc.assert(
      fc.property(values, fc.double({ min: 0, max: 1, noNaN: true }), (given, share) => {
        const before = [...given];
        const found = quantile(given, share);
        expect(found).toBeGreaterThanOrEqual(Math.min(...given));
        expect(found).toBeLessThanOrEqual(Math.max(...given));
        expect(given).toEqual(before);
      }),
    );
  });

  it('refuses to say anything about nothing', () => {
    expect(() => median([])).toThrow(RangeError);
  });
});

describe('median', () => {
  it('is the middle value, or the mean of the two middle ones', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([9, 1, 5, 7])).toBe(6);
  });
});

describe('relativeSpread', () => {
  it('is the distance of the quartiles by the median', () => {
    expect(relativeSpread([1, 2, 3, 4])).toBeCloseTo(1.5 / 2.5, 12);
    expect(relativeSpread([7, 7, 7])).toBe(0);
  });
});

describe('inTurn', () => {
  it('runs both as often as told, one after the other', () => {
    const calls: string[] = [];
    const { workMs, limitMs } = inTurn(
      () => calls.push('work'),
      () => calls.push('limit'),
      2,
    );
    expect(calls).toEqual(['work', 'limit', 'work', 'limit']);
    expect(workMs).toBeGreaterThanOrEqual(0);
    expect(limitMs).toBeGreaterThanOrEqual(0);
  });
});
