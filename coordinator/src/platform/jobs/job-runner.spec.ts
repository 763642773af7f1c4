import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { Database } from '../../database/database.js';
import { testDatabases, TestDatabases } from '../../database/testing/test-databases.js';
import { Log } from '../logging/log.js';
import { platformTables } from '../platform-tables.js';
import { FakeClock } from '../testing/fake-clock.js';
import { JobEntity } from './job.entity.js';
import { JobRepository } from './job.repository.js';
import { JobRunner, type JobHandler } from './job-runner.js';

const payload = z.strictObject({ n: z.int() });
type Payload = z.infer<typeof payload>;

describe.each(testDatabases)('jobs on $name', (kind) => {
  const databases = new TestDatabases(kind);
  const clock = new FakeClock();
  const jobs = new JobRepository(clock);
  let database: Database;
  let runner: JobRunner;

  const newRunner = (): JobRunner => new JobRunner(database, jobs, clock, Log.to('silent'));

  beforeEach(async () => {
    database = await databases.open([platformTables]);
    runner = newRunner();
  });

  afterEach(() => runner.stop());

  const enqueue = (n: number, dueAtMs?: number): Promise<void> =>
    database.transaction((tx) =>
      jobs.enqueue(tx, {
        kind: 'count',
        payload: { n },
        ...(dueAtMs === undefined ? {} : { dueAtMs }),
      }),
    );

  const register = (
    run: (job: Payload) => Promise<void>,
    more: Partial<JobHandler<Payload>> = {},
  ): void => {
    runner.register({ kind: 'count', payload, run, ...more });
  };

  const left = (): Promise<number> => database.read((reader) => jobs.count(reader, 'queued'));

  /** Wake-ups start work on the next turn of the loop. */
  async function quiet(): Promise<void> {
    for (let i = 0; i < 5; i += 1) {
      await delay(5);
      await runner.settled();
    }
  }

  /** Waits for the renewal that the clock has set off. */
  async function untilLeased(untilMs: number): Promise<void> {
    const where = { dueAtMs: untilMs };
    while (!(await database.read((reader) => reader.rows.existsBy(JobEntity, where)))) {
      await delay(5);
    }
  }

  it('runs after the commit, without waiting for a sweep', async () => {
    const seen: number[] = [];
    register(({ n }) => Promise.resolve(void seen.push(n)));
    await runner.start();
    await enqueue(1);
    await enqueue(2);
    await quiet();
    expect(seen).toEqual([1, 2]);
    expect(await left()).toBe(0);
  });

  it('runs jobs that were written while nothing ran, oldest first', async () => {
    const seen: number[] = [];
    for (const n of [1, 2, 3, 4, 5]) {
      await enqueue(n);
    }
    register(({ n }) => Promise.resolve(void seen.push(n)));
    await runner.start();
    await quiet();
    expect(seen).toEqual([1, 2, 3, 4, 5]);
  });

  it('does not run the job of a transaction that failed', async () => {
    const seen: number[] = [];
    register(({ n }) => Promise.resolve(void seen.push(n)));
    await runner.start();
    const failing = database.transaction(async (tx) => {
      await jobs.enqueue(tx, { kind: 'count', payload: { n: 1 } });
      throw new Error('planned');
    });
    await expect(failing).rejects.toThrow('planned');
    clock.advance(1000);
    await quiet();
    expect(seen).toEqual([]);
  });

  it('waits until a job is due', async () => {
    const seen: number[] = [];
    register(({ n }) => Promise.resolve(void seen.push(n)));
    await runner.start();
    await enqueue(1, clock.nowMs() + 2000);
    clock.advance(1000);
    await quiet();
    expect(seen).toEqual([]);
    clock.advance(1000);
    await quiet();
    expect(seen).toEqual([1]);
  });

  it('tries a failed job again with growing pauses', async () => {
    const attempts: number[] = [];
    register(() => {
      attempts.push(clock.nowMs());
      return attempts.length < 3 ? Promise.reject(new Error('not yet')) : Promise.resolve();
    });
    await runner.start();
    await enqueue(1);
    for (let second = 0; second < 4; second += 1) {
      await quiet();
      clock.advance(1000);
    }
    await quiet();
    expect(attempts.map((atMs) => atMs - (attempts[0] ?? 0))).toEqual([0, 1000, 3000]);
    expect(await left()).toBe(0);
  });

  it('gives up after the last try, in a transaction of the module', async () => {
    const reasons: string[] = [];
    register(() => Promise.reject(new Error('never')), {
      maxAttempts: 2,
      givenUp: async (tx, { n }, reason) => {
        reasons.push(`${n} ${reason}`);
        await jobs.enqueue(tx, { kind: 'count', payload: { n: 2 }, dueAtMs: clock.nowMs() + 1e9 });
      },
    });
    await runner.start();
    await enqueue(1);
    await quiet();
    clock.advance(1000);
    await quiet();
    expect(reasons).toEqual(['1 never']);
    expect(await left()).toBe(1);
    expect(await database.read((reader) => jobs.count(reader, 'failed'))).toBe(1);
  });

  it('runs a job again whose runner died', async () => {
    const seen: number[] = [];
    await enqueue(1);
    await database.transaction((tx) => jobs.claim(tx, 'dead', 30_000));
    register(({ n }) => Promise.resolve(void seen.push(n)));
    await runner.start();
    await quiet();
    // SQLite belongs to one process; on PostgreSQL another replica may be alive until its lease is over.
    expect(seen).toEqual(kind.name === 'sqlite' ? [1] : []);
    clock.advance(30_000);
    await quiet();
    expect(seen).toEqual([1]);
  });

  it('keeps its lease while a job takes long', async () => {
    let finish: () => void = () => undefined;
    let runs = 0;
    const started = new Promise<void>((resolve) => {
      register(() => {
        runs += 1;
        resolve();
        return new Promise<void>((done) => {
          finish = done;
        });
      });
    });
    await runner.start();
    await enqueue(1);
    await started;
    for (let i = 0; i < 6; i += 1) {
      clock.advance(10_000);
      await untilLeased(clock.nowMs() + 30_000);
    }
    finish();
    await quiet();
    expect(runs).toBe(1);
    expect(await database.read((reader) => jobs.count(reader, 'running'))).toBe(0);
  });

  it('refuses two handlers for one kind', () => {
    register(() => Promise.resolve());
    expect(() => {
      register(() => Promise.resolve());
    }).toThrow('two handlers');
  });

  it('fails a job whose kind or payload nobody understands', async () => {
    register(() => Promise.resolve(), { maxAttempts: 1 });
    await runner.start();
    await database.transaction((tx) => jobs.enqueue(tx, { kind: 'count', payload: { wrong: 1 } }));
    await quiet();
    expect(await database.read((reader) => jobs.count(reader, 'failed'))).toBe(1);
  });
});
