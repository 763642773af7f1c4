import { EventBoard } from './event-board.js';
import type { JsonEvent } from './program.js';

const JOINED = ({ event }: JsonEvent) => event === 'joined';

function board() {
  const heard: [string, JsonEvent][] = [];
  return { heard, board: new EventBoard((name, event) => heard.push([name, event])) };
}

/** Whether the promise has settled once everything that was under way is done. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  const pending = Symbol('pending');
  const later = new Promise((resolve) => setImmediate(() => resolve(pending)));
  return (await Promise.race([promise, later])) !== pending;
}

describe('an event board', () => {
  it('keeps what each process said, in order, and tells its listener', () => {
    const { board: subject, heard } = board();
    subject.add('north', { event: 'joined' });
    subject.add('south', { event: 'joined' });
    subject.add('north', { event: 'result', round: 1 });
    expect(subject.of('north')).toEqual([{ event: 'joined' }, { event: 'result', round: 1 }]);
    expect(subject.of('west')).toEqual([]);
    expect(heard.map(([name]) => name)).toEqual(['north', 'south', 'north']);
  });

  it('waits until every one of the names said it', async () => {
    const { board: subject } = board();
    const everyone = subject.everyOne(['north', 'south'], JOINED);
    subject.add('north', { event: 'joined' });
    subject.add('north', { event: 'joined' });
    subject.add('south', { event: 'progress' });
    expect(await isSettled(everyone)).toBe(false);
    subject.add('south', { event: 'joined' });
    expect(await isSettled(everyone)).toBe(true);
  });

  it('does not wait for what was said before', async () => {
    const { board: subject } = board();
    subject.add('north', { event: 'joined' });
    expect(await isSettled(subject.everyOne(['north'], JOINED))).toBe(true);
    expect(await subject.anyOne(['south', 'north'], JOINED)).toEqual([
      'north',
      { event: 'joined' },
    ]);
  });

  it('hands out the first event that fits, with the name of who said it', async () => {
    const { board: subject } = board();
    const first = subject.anyOne(['north', 'south'], JOINED);
    subject.add('west', { event: 'joined' });
    expect(await isSettled(first)).toBe(false);
    subject.add('south', { event: 'progress' });
    subject.add('south', { event: 'joined', used: 9 });
    expect(await first).toEqual(['south', { event: 'joined', used: 9 }]);
  });

  it('serves all who wait for the same event', async () => {
    const { board: subject } = board();
    const waiting = [1, 2, 3].map(() => subject.everyOne(['north'], JOINED));
    subject.add('north', { event: 'joined' });
    await expect(Promise.all(waiting)).resolves.toHaveLength(3);
  });
});
