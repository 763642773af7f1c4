import { RateLimit } from './rate-limit.js';

describe('the rate limit of an address', () => {
  let nowMs = 0;
  const limit = (): RateLimit =>
    new RateLimit({ burst: 3, perSecond: 2, addresses: 2 }, () => nowMs);

  beforeEach(() => {
    nowMs = 0;
  });

  it('lets a burst through and no more', () => {
    const bucket = limit();
    expect([1, 2, 3, 4].map(() => bucket.take('a'))).toEqual([true, true, true, false]);
  });

  it('gives back two tokens a second, never more than the burst', () => {
    const bucket = limit();
    [1, 2, 3].forEach(() => bucket.take('a'));
    nowMs = 500;
    expect([bucket.take('a'), bucket.take('a')]).toEqual([true, false]);
    nowMs = 3_600_000;
    expect([1, 2, 3, 4].map(() => bucket.take('a'))).toEqual([true, true, true, false]);
  });

  it('counts each address for itself', () => {
    const bucket = limit();
    [1, 2, 3].forEach(() => bucket.take('a'));
    expect(bucket.take('b')).toBe(true);
    expect(bucket.take('a')).toBe(false);
  });

  it('gives nothing back when the clock runs backwards', () => {
    const bucket = limit();
    nowMs = 1000;
    [1, 2, 3].forEach(() => bucket.take('a'));
    nowMs = 0;
    expect(bucket.take('a')).toBe(false);
  });

  it('remembers the latest addresses only', () => {
    const bucket = limit();
    [1, 2, 3].forEach(() => bucket.take('a'));
    bucket.take('b');
    bucket.take('c');
    expect(bucket.take('a')).toBe(true);
  });
});
