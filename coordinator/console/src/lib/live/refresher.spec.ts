import { QueryClient, QueryObserver, type QueryKey } from '@tanstack/react-query';
import { Refresher } from './refresher.js';

const KEY: QueryKey = ['sites'];

const aMoment = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

describe('what became out of date', () => {
  let client: QueryClient;
  let refresher: Refresher;
  /** The questions that nobody has answered yet. */
  let asked: ((value: unknown) => void)[];
  let observer: QueryObserver;
  let stop: () => void;

  beforeEach(() => {
    client = new QueryClient({ defaultOptions: { queries: { staleTime: 30_000, gcTime: 0 } } });
    refresher = new Refresher(client);
    asked = [];
    observer = new QueryObserver(client, {
      queryKey: KEY,
      queryFn: () => new Promise<unknown>((resolve) => asked.push(resolve)),
    });
    stop = observer.subscribe(() => undefined);
  });

  afterEach(() => {
    stop();
    client.clear();
  });

  const shown = (): unknown => observer.getCurrentResult().data;

  async function answer(value: number): Promise<void> {
    await aMoment();
    asked.shift()?.(value);
    await aMoment();
  }

  it('is asked for again', async () => {
    await answer(1);
    const done = refresher.refresh(KEY);
    await answer(2);
    await done;
    expect(shown()).toBe(2);
    expect(asked).toHaveLength(0);
  });

  it('is asked for after a first answer that was under way when it changed', async () => {
    const done = refresher.refresh(KEY);
    await answer(1);
    expect(asked).toHaveLength(1);
    await answer(2);
    await done;
    expect(shown()).toBe(2);
  });

  it('is shown though it changes faster than it is answered', async () => {
    await answer(1);
    const done = refresher.refresh(KEY);
    for (let change = 2; change <= 4; change += 1) {
      await refresher.refresh(KEY);
      await aMoment();
      expect(asked).toHaveLength(1);
      await answer(change);
      expect(shown()).toBe(change);
    }
    await answer(5);
    await done;
    expect(shown()).toBe(5);
    expect(asked).toHaveLength(0);
  });

  it('can be asked for after a refusal', async () => {
    await answer(1);
    observer.setOptions({
      queryKey: KEY,
      retry: false,
      queryFn: () => Promise.reject(new Error('no')),
    });
    await refresher.refresh(KEY);
    expect(observer.getCurrentResult().error?.message).toBe('no');
    observer.setOptions({ queryKey: KEY, queryFn: () => Promise.resolve(7) });
    await refresher.refresh(KEY);
    expect(shown()).toBe(7);
  });
});
