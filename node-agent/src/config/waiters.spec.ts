import { Waiters } from './waiters.js';

describe('waiters', () => {
  let state = 0;
  let waiters: Waiters<number>;
  const never = new AbortController().signal;
  const from = (least: number) => (value: number) => (value >= least ? value : undefined);

  beforeEach(() => {
    state = 0;
    waiters = new Waiters(() => state);
  });

  it('have what is there already', async () => {
    expect(await waiters.until(from(0), never)).toBe(0);
  });

  it('go on with the first value that a change brings', async () => {
    const waiting = waiters.until(from(2), never);
    for (const next of [1, 2, 3]) {
      state = next;
      waiters.wake();
    }
    expect(await waiting).toBe(2);
  });

  it('are called off by their signal, before and after', async () => {
    const calling = new AbortController();
    const waiting = waiters.until(from(1), calling.signal);
    calling.abort(new Error('stop'));
    await expect(waiting).rejects.toThrow('stop');
    await expect(waiters.until(from(0), calling.signal)).rejects.toThrow('stop');
  });

  it('fail alone when what they look for fails', async () => {
    const failing = waiters.until((value) => {
      if (value > 0) {
        throw new Error('no such thing');
      }
      return undefined;
    }, never);
    const other = waiters.until(from(1), never);
    state = 1;
    waiters.wake();
    await expect(failing).rejects.toThrow('no such thing');
    expect(await other).toBe(1);
  });
});
