import { retryAfterMs } from './retry-after.js';

const answer = (status: number, retryAfter?: string) => ({
  status,
  headers: new Headers(retryAfter === undefined ? {} : { 'Retry-After': retryAfter }),
});

describe('when to ask again', () => {
  it('is what the answer says, in seconds', () => {
    expect(retryAfterMs(answer(429, '0'))).toBe(0);
    expect(retryAfterMs(answer(429, '12'))).toBe(12_000);
    expect(retryAfterMs(answer(429, '60'))).toBe(60_000);
  });

  it.each([
    ['is no refusal of that kind', answer(503, '12')],
    ['says nothing', answer(429)],
    ['names a date', answer(429, 'Wed, 21 Oct 2026 07:28:00 GMT')],
    ['asks for less than nothing', answer(429, '-1')],
    ['asks for longer than anybody waits', answer(429, '61')],
  ])('is never where the answer %s', (_, refused) => {
    expect(retryAfterMs(refused)).toBeUndefined();
  });
});
