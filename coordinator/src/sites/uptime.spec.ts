import { daysOf, summed, uptimeOf, windowStart } from './uptime.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** A midnight. */
const MIDNIGHT = Date.UTC(2026, 10, 27);

describe('the uptime of a site', () => {
  it('is counted by days, cut at midnight', () => {
    expect(daysOf({ fromMs: MIDNIGHT - 2 * HOUR, toMs: MIDNIGHT + DAY + HOUR })).toEqual([
      { dayMs: MIDNIGHT - DAY, connectedMs: 2 * HOUR },
      { dayMs: MIDNIGHT, connectedMs: DAY },
      { dayMs: MIDNIGHT + DAY, connectedMs: HOUR },
    ]);
    expect(daysOf({ fromMs: MIDNIGHT, toMs: MIDNIGHT })).toEqual([]);
    expect(daysOf({ fromMs: MIDNIGHT, toMs: MIDNIGHT - 1 })).toEqual([]);
  });

  it('adds up what belongs to one day', () => {
    const day = (dayMs: number, connectedMs: number) => ({ dayMs, connectedMs });
    expect(summed([day(2, 5), day(1, 3), day(2, 4)])).toEqual([day(1, 3), day(2, 9)]);
  });

  it('is a share of today and the six days before', () => {
    const nowMs = MIDNIGHT + 12 * HOUR;
    expect(windowStart(nowMs)).toBe(MIDNIGHT - 6 * DAY);
    const days = daysOf({ fromMs: MIDNIGHT - 20 * DAY, toMs: MIDNIGHT - 3 * DAY });
    const uptime = uptimeOf(days, 0, nowMs);
    expect(uptime.fromMs).toBe(MIDNIGHT - 6 * DAY);
    expect(uptime.share).toBeCloseTo(3 / 6.5, 12);
    expect(uptime.days).toHaveLength(3);
  });

  it('begins when the site was let in', () => {
    const nowMs = MIDNIGHT + 12 * HOUR;
    const letInMs = MIDNIGHT + 8 * HOUR;
    const uptime = uptimeOf(daysOf({ fromMs: MIDNIGHT + 9 * HOUR, toMs: nowMs }), letInMs, nowMs);
    expect(uptime).toMatchObject({ fromMs: letInMs, share: 0.75 });
    expect(uptimeOf([], nowMs, nowMs).share).toBe(0);
  });
});
