import { byOurClock, endIn, laterEnd, standingOf } from './session-end.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const END = { endsAtMs: 30 * MINUTE, latestEndAtMs: 12 * HOUR };

describe('the end of a session', () => {
  it('is told by the clock of whoever reads it', () => {
    const ours = byOurClock(END, 10 * MINUTE, 10 * MINUTE + 7000);
    expect(ours).toEqual({ endsAtMs: 30 * MINUTE + 7000, latestEndAtMs: 12 * HOUR + 7000 });
  });

  it('is in the answer of who somebody is, but for tokens', () => {
    const me = {
      operatorId: 'op-1',
      name: 'ada',
      roles: [],
      rights: [],
      studies: [],
      hasPassword: true,
    };
    const session = { ...END, sessionId: 's', authenticatedAtMs: 0, nowMs: 0 };
    expect(endIn({ ...me, session }, 500)?.endsAtMs).toBe(30 * MINUTE + 500);
    expect(endIn(me, 500)).toBeUndefined();
  });

  it('is the later of two, wherever it was heard', () => {
    const later = { ...END, endsAtMs: 40 * MINUTE };
    expect(laterEnd(END, later)).toBe(later);
    expect(laterEnd(later, END)).toBe(later);
    expect(laterEnd(undefined, END)).toBe(END);
    expect(laterEnd(undefined, undefined)).toBeUndefined();
  });

  it('is said five minutes before, with what helps', () => {
    expect(standingOf(END, 24 * MINUTE)).toEqual({ kind: 'goes-on' });
    expect(standingOf(END, 26 * MINUTE)).toEqual({
      kind: 'ends-soon',
      leftMs: 4 * MINUTE,
      prolongable: true,
    });
    const last = { endsAtMs: 12 * HOUR, latestEndAtMs: 12 * HOUR };
    expect(standingOf(last, 12 * HOUR - MINUTE)).toMatchObject({ prolongable: false });
    expect(standingOf(END, 30 * MINUTE)).toEqual({ kind: 'over' });
  });
});
