import { LiveConnection, type LiveMessage, type Source } from './live-connection.js';
import { outOfDate } from './out-of-date.js';

class FakeSource implements Source {
  isClosed = false;
  private readonly listeners = new Map<string, (event: { readonly data?: unknown }) => void>();

  constructor(readonly url: string) {}

  addEventListener(type: string, listener: (event: { readonly data?: unknown }) => void): void {
    this.listeners.set(type, listener);
  }

  close(): void {
    this.isClosed = true;
  }

  say(type: string, data: object = {}): void {
    this.listeners.get(type)?.({ data: JSON.stringify(data) });
  }
}

const leaf = (index: number) => ({ index, kind: 'round.result', studyId: 'smears', atMs: 1 });

describe('the live connection', () => {
  let sources: FakeSource[];
  let timers: { readonly dueMs: number; readonly work: () => void }[];
  let nowMs: number;
  let failures: number;
  let heard: LiveMessage[];
  let connection: LiveConnection;

  beforeEach(() => {
    sources = [];
    timers = [];
    nowMs = 0;
    failures = 0;
    heard = [];
    connection = new LiveConnection({
      open: (url) => {
        const source = new FakeSource(url);
        sources.push(source);
        return source;
      },
      nowMs: () => nowMs,
      after: (ms, work) => {
        const timer = { dueMs: nowMs + ms, work };
        timers.push(timer);
        return () => {
          timers = timers.filter((other) => other !== timer);
        };
      },
      failed: () => {
        failures += 1;
      },
    });
    connection.onMessage((message) => heard.push(message));
    connection.start();
  });

  function pass(ms: number): void {
    nowMs += ms;
    const due = timers.filter(({ dueMs }) => dueMs <= nowMs);
    timers = timers.filter(({ dueMs }) => dueMs > nowMs);
    due.forEach(({ work }) => {
      work();
    });
  }

  function source(): FakeSource {
    const last = sources.at(-1);
    if (last === undefined) {
      throw new Error('nothing was opened');
    }
    return last;
  }

  it('is live from the first word on', () => {
    expect(connection.state.connection).toBe('connecting');
    source().say('hello', { atMs: 1, next: 5 });
    expect(connection.state).toEqual({ connection: 'live', heardAtMs: 0 });
  });

  it('knows by the clock of the browser when the session ends', () => {
    const session = { endsAtMs: 1_800_001, latestEndAtMs: 43_200_001 };
    source().say('hello', { atMs: 1, next: 5, session });
    const ours = { endsAtMs: 1_800_000, latestEndAtMs: 43_200_000 };
    expect(connection.state.session).toEqual(ours);
    pass(2000);
    source().say('beat', { atMs: 2001, next: 5, session });
    source().say('leaf', leaf(5));
    expect(connection.state).toEqual({ connection: 'live', heardAtMs: 2000, session: ours });
  });

  it('is lost within five seconds of silence', () => {
    source().say('hello', { atMs: 1, next: 5 });
    pass(4400);
    expect(connection.state.connection).toBe('live');
    pass(500);
    expect(connection.state.connection).toBe('lost');
    expect([source().isClosed, failures]).toEqual([true, 1]);
  });

  it('comes back to its place and says each time that something may have been missed', () => {
    source().say('hello', { atMs: 1, next: 5 });
    source().say('leaf', leaf(5));
    source().say('error');
    pass(1000);
    expect(sources.map(({ url }) => url)).toEqual(['/v1/live', '/v1/live?after=5']);
    source().say('hello', { atMs: 1, next: 7 });
    source().say('leaf', leaf(6));
    expect(heard).toEqual([
      { kind: 'begun' },
      { kind: 'leaf', leaf: leaf(5) },
      { kind: 'begun' },
      { kind: 'leaf', leaf: leaf(6) },
    ]);
    expect(connection.state.connection).toBe('live');
  });

  it('counts no leaf twice', () => {
    source().say('hello', { atMs: 1, next: 5 });
    source().say('leaf', leaf(5));
    source().say('leaf', leaf(5));
    expect(heard).toEqual([{ kind: 'begun' }, { kind: 'leaf', leaf: leaf(5) }]);
  });

  it('does not listen to a source that it has given up', () => {
    const first = source();
    first.say('error');
    pass(1000);
    first.say('leaf', leaf(9));
    expect(heard).toEqual([]);
  });

  it('makes out of date what a leaf is about, and everything when the stream begins', () => {
    expect(outOfDate({ kind: 'leaf', leaf: leaf(5) })).toEqual([
      ['log'],
      ['studies'],
      ['study', 'smears'],
      ['leaves', 'round.result'],
    ]);
    expect(outOfDate({ kind: 'changed', change: { what: 'study', id: 'smears' } })).toEqual([
      ['study', 'smears', 'rounds'],
    ]);
    expect(outOfDate({ kind: 'begun' })).toBe('all');
  });
});
