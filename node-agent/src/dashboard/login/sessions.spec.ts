import { Allowance } from './allowance.js';
import { isFormToken, Sessions } from './sessions.js';

const HOUR_MS = 3_600_000;

describe('sessions', () => {
  it('are found by their token until they end, or nobody came for eight hours', () => {
    let nowMs = 0;
    const sessions = new Sessions(() => nowMs);
    const token = sessions.begin();
    const other = sessions.begin();
    nowMs = 7 * HOUR_MS;
    const session = sessions.find(token);
    expect(session).toBeDefined();
    nowMs = 9 * HOUR_MS;
    expect(sessions.find(other)).toBeUndefined();
    expect(sessions.find(token)).toBe(session);
    expect(sessions.find(`${token}x`)).toBeUndefined();
    sessions.end(token);
    expect(sessions.find(token)).toBeUndefined();
    const last = sessions.begin();
    sessions.endAll();
    expect(sessions.find(last)).toBeUndefined();
  });

  it('know their own form token and no other', () => {
    const sessions = new Sessions(() => 0);
    const one = sessions.find(sessions.begin()) ?? { formToken: '' };
    const two = sessions.find(sessions.begin()) ?? { formToken: '' };
    expect(isFormToken(one, one.formToken)).toBe(true);
    expect(isFormToken(one, two.formToken)).toBe(false);
    expect(isFormToken(one, null)).toBe(false);
  });
});

describe('an allowance', () => {
  it('lets so many through at once, then as many as come back, and says how long to wait', () => {
    let nowMs = 0;
    const allowance = new Allowance({ atOnce: 2, aSecond: 0.1 }, () => nowMs);
    expect([allowance.take(), allowance.take(), allowance.take()]).toEqual([0, 0, 10]);
    nowMs = 9_000;
    expect(allowance.take()).toBe(1);
    nowMs = 10_000;
    expect(allowance.take()).toBe(0);
    nowMs = 0;
    expect(allowance.take()).toBe(10);
    allowance.giveBack();
    expect(allowance.take()).toBe(0);
  });
});
