import { FakeClock } from '../platform/testing/fake-clock.js';
import { RefusalWindows } from './refusal-windows.js';

describe('records of what was refused', () => {
  it('are let through up to a number, then summed when the minute is over', () => {
    const clock = new FakeClock();
    const sums: unknown[] = [];
    const windows = new RefusalWindows<string>(clock, 2, (key, more) => sums.push([key, more]));
    const taken = Array.from({ length: 5 }, () => windows.take('a'));
    expect(taken).toEqual([true, true, false, false, false]);
    expect(windows.take('b')).toBe(true);
    clock.advance(59_999);
    expect(sums).toEqual([]);
    clock.advance(1);
    expect(sums).toEqual([['a', 3]]);
    expect(windows.take('a')).toBe(true);
  });

  it('are summed at the end of the program, and once', () => {
    const clock = new FakeClock();
    const sums: unknown[] = [];
    const windows = new RefusalWindows<string>(clock, 1, (key, more) => sums.push([key, more]));
    [1, 2, 3].forEach(() => windows.take('a'));
    windows.close();
    clock.advance(60_000);
    expect(sums).toEqual([['a', 2]]);
  });
});
