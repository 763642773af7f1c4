import { SessionCache } from './session-cache.js';

class Held {
  disposed = false;
  dispose(): void {
    this.disposed = true;
  }
}

describe('the session cache', () => {
  it('makes a session once a key', () => {
    const cache = new SessionCache<Held>(2);
    const first = cache.use('a', () => new Held());

    expect(cache.use('a', () => new Held())).toBe(first);
    expect(cache.size).toBe(1);
  });

  it('drops the one least recently used, and makes it anew when it is asked for', () => {
    const cache = new SessionCache<Held>(2);
    const a = cache.use('a', () => new Held());
    const b = cache.use('b', () => new Held());
    cache.use('a', () => new Held());
    cache.use('c', () => new Held());

    expect([a.disposed, b.disposed, cache.size]).toEqual([false, true, 2]);
    expect(cache.use('b', () => new Held())).not.toBe(b);
  });

  it('disposes of all', () => {
    const cache = new SessionCache<Held>(2);
    const a = cache.use('a', () => new Held());
    cache.dispose();

    expect([a.disposed, cache.size]).toEqual([true, 0]);
  });
});
