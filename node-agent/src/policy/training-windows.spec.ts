import { isOpen, nextOpening, requireReadableWindows, untilOpen } from './training-windows.js';

const NIGHT = { cron: '0 22 * * 1-5', minutes: 480, timeZone: 'Europe/Berlin' };

describe('training windows', () => {
  it('are read in their own time zone, and reach over midnight', () => {
    // Monday, 2 March 2026: Berlin is one hour ahead of UTC.
    expect(isOpen([NIGHT], Date.parse('2026-03-02T20:59:59Z'))).toBe(false);
    expect(isOpen([NIGHT], Date.parse('2026-03-02T21:00:00Z'))).toBe(true);
    expect(isOpen([NIGHT], Date.parse('2026-03-03T04:59:59Z'))).toBe(true);
    expect(isOpen([NIGHT], Date.parse('2026-03-03T05:00:00Z'))).toBe(false);
  });

  it('follow summer time', () => {
    expect(isOpen([NIGHT], Date.parse('2026-07-06T20:00:00Z'))).toBe(true);
    expect(isOpen([NIGHT], Date.parse('2026-07-06T19:59:59Z'))).toBe(false);
  });

  it('say when the next one opens', () => {
    const saturday = Date.parse('2026-03-07T12:00:00Z');
    expect(nextOpening([NIGHT], saturday)).toBe(Date.parse('2026-03-09T21:00:00Z'));
    expect(nextOpening([], saturday)).toBe(saturday);
  });

  it('are refused when the pattern means nothing', () => {
    const faulty = { ...NIGHT, cron: '0 25 * * *' };
    expect(() => {
      requireReadableWindows([NIGHT, faulty]);
    }).toThrow(/schedule\.windows\.1\.cron: is no cron pattern/);
  });

  it('are waited for until they open', async () => {
    let nowMs = Date.parse('2026-03-02T20:59:59.990Z');
    const ticking = () => (nowMs += 5);
    await untilOpen(() => [NIGHT], ticking, new AbortController().signal);
    expect(nowMs).toBeGreaterThanOrEqual(Date.parse('2026-03-02T21:00:00Z'));
  });

  it('are waited for no longer than the caller wants', async () => {
    const stopping = new AbortController();
    const waiting = untilOpen(
      () => [NIGHT],
      () => Date.parse('2026-03-02T12:00:00Z'),
      stopping.signal,
    );
    stopping.abort(new Error('stop'));
    await expect(waiting).rejects.toThrow('stop');
  });
});
