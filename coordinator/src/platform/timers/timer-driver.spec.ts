import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from '../../database/database.js';
import { StateEntity, stateTables } from '../../database/testing/state-row.js';
import { testDatabases, TestDatabases } from '../../database/testing/test-databases.js';
import { Log } from '../logging/log.js';
import { platformTables } from '../platform-tables.js';
import { FakeClock } from '../testing/fake-clock.js';
import { TimerDriver } from './timer-driver.js';
import { TimerRepository } from './timer.repository.js';

describe.each(testDatabases)('timers on $name', (kind) => {
  const databases = new TestDatabases(kind);
  let clock: FakeClock;
  let timers: TimerRepository;
  let database: Database;
  let driver: TimerDriver;
  let fired: string[];

  beforeEach(async () => {
    clock = new FakeClock();
    timers = new TimerRepository(clock);
    database = await databases.open([platformTables, stateTables]);
    driver = new TimerDriver(database, timers, clock, Log.to('silent'));
    fired = [];
    driver.register('deadline', (_, { key }) => Promise.resolve(void fired.push(key)));
  });

  afterEach(() => driver.stop());

  const set = (key: string, inMs: number, timerKind = 'deadline'): Promise<void> =>
    database.transaction((tx) =>
      timers.set(tx, { kind: timerKind, key, dueAtMs: clock.nowMs() + inMs }),
    );

  async function advance(milliseconds: number): Promise<void> {
    await settle();
    clock.advance(milliseconds);
    await settle();
  }

  async function settle(): Promise<void> {
    await delay(5);
    await driver.settled();
  }

  it('fires when due and not before, once', async () => {
    driver.start();
    await set('a', 500);
    await advance(499);
    expect(fired).toEqual([]);
    await advance(1);
    await advance(5000);
    expect(fired).toEqual(['a']);
  });

  it('fires what became due while nothing ran, in the order of the deadlines', async () => {
    await set('late', 300);
    await set('early', 100);
    await set('middle', 200);
    clock.advance(1000);
    driver.start();
    await settle();
    expect(fired).toEqual(['early', 'middle', 'late']);
  });

  it('moves a timer that is set again, and forgets one that is cancelled', async () => {
    driver.start();
    await set('moved', 100);
    await set('moved', 900);
    await set('gone', 100);
    await database.transaction((tx) => timers.cancel(tx, { kind: 'deadline', key: 'gone' }));
    await advance(500);
    expect(fired).toEqual([]);
    await advance(500);
    expect(fired).toEqual(['moved']);
  });

  it('hands over the payload', async () => {
    const payloads: unknown[] = [];
    driver.register('other', (_, { payload }) => Promise.resolve(void payloads.push(payload)));
    driver.start();
    await database.transaction((tx) =>
      timers.set(tx, { kind: 'other', key: 'k', dueAtMs: clock.nowMs(), payload: { round: 3 } }),
    );
    await settle();
    expect(payloads).toEqual([{ round: 3 }]);
  });

  it('undoes the writes of a handler that throws, and tries again later', async () => {
    let tries = 0;
    driver.register('fragile', async (tx, { key }) => {
      tries += 1;
      await tx.rows.insert(StateEntity, { id: `${key}${tries}`, state: 'moved' });
      if (tries === 1) {
        throw new Error('planned');
      }
    });
    driver.start();
    await set('x', 0, 'fragile');
    await settle();
    await set('after', 0);
    await settle();
    expect(fired).toEqual(['after']);
    await advance(1000);
    const kept = await database.read((reader) => reader.rows.find(StateEntity));
    expect(kept.map(({ id }) => id)).toEqual(['x2']);
    await advance(10_000);
    expect(tries).toBe(2);
  });

  it('may set the next timer from a handler', async () => {
    driver.register('chain', async (tx, { key }) => {
      await timers.set(tx, { kind: 'deadline', key: `${key}!`, dueAtMs: clock.nowMs() + 100 });
    });
    driver.start();
    await set('a', 0, 'chain');
    await settle();
    await advance(100);
    expect(fired).toEqual(['a!']);
  });
});
