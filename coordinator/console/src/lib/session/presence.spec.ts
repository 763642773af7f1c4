import { Presence } from './presence.js';

describe('somebody at the page', () => {
  const listeners = new Map<string, (event: { readonly isTrusted: boolean }) => void>();
  let nowMs: number;
  let presence: Presence;

  beforeEach(() => {
    nowMs = 1_000_000;
    listeners.clear();
    const addEventListener = (
      type: string,
      listener: (event: { readonly isTrusted: boolean }) => void,
    ): void => {
      listeners.set(type, listener);
    };
    presence = new Presence({ addEventListener }, () => nowMs);
  });

  it('opened it', () => {
    expect(presence.isThere).toBe(true);
  });

  it('is gone when nothing was done for a while', () => {
    nowMs += 5001;
    expect(presence.isThere).toBe(false);
  });

  it.each(['pointerdown', 'keydown', 'wheel', 'touchmove'])('is back with a %s', (type) => {
    nowMs += 600_000;
    listeners.get(type)?.({ isTrusted: true });
    expect(presence.isThere).toBe(true);
    nowMs += 5001;
    expect(presence.isThere).toBe(false);
  });

  it('is no program that makes believe', () => {
    nowMs += 600_000;
    listeners.get('pointerdown')?.({ isTrusted: false });
    expect(presence.isThere).toBe(false);
  });
});
