import { randomBytes } from '@consilium/shared/crypto';
import { CoordinatorKeys } from '../config/coordinator-keys.js';
import { testKeys } from '../audit/testing/audit-bench.js';
import type { Database } from '../database/database.js';
import { testDatabases, TestDatabases } from '../database/testing/test-databases.js';
import { FakeClock } from '../platform/testing/fake-clock.js';
import { operatorTables } from './operator-tables.js';
import { SignInAttemptEntity } from './sign-in-attempt.entity.js';
import { SignInAttempts } from './sign-in-attempts.js';
import { SignInAttemptsRepository } from './sign-in-attempts.repository.js';

const MINUTE = 60_000;

describe.each(testDatabases)('failed sign-ins on $name', (kind) => {
  const databases = new TestDatabases(kind);
  const keys = testKeys();
  const clock = new FakeClock();
  const repository = new SignInAttemptsRepository();
  const over = (database: Database, of = keys): SignInAttempts =>
    new SignInAttempts(database, repository, of, clock);

  async function fail(attempts: SignInAttempts, name: string, times: number): Promise<void> {
    for (let i = 0; i < times; i += 1) {
      await attempts.begin(name);
    }
  }

  it('make a name wait after a restart as before it', async () => {
    const location = await databases.location();
    const before = await databases.open([operatorTables], location);
    await fail(over(before), 'ada', 5);
    await before.close();
    const attempts = over(await databases.open([operatorTables], location));
    await expect(attempts.begin('ada')).rejects.toMatchObject({
      code: 'quota-exceeded',
      detail: { seconds: 1 },
    });
    clock.advance(1000);
    await attempts.begin('ada');
    await expect(attempts.begin('ada')).rejects.toMatchObject({ detail: { seconds: 2 } });
  });

  it('are forgotten after a success, and after an hour', async () => {
    const attempts = over(await databases.open([operatorTables]));
    await fail(attempts, 'ada', 5);
    await attempts.succeeded('ada');
    await fail(attempts, 'ada', 5);
    await expect(attempts.begin('ada')).rejects.toMatchObject({ code: 'quota-exceeded' });
    clock.advance(60 * MINUTE + 1);
    await fail(attempts, 'ada', 5);
    await expect(attempts.begin('ada')).rejects.toMatchObject({ detail: { seconds: 1 } });
  });

  it('count when they come at once', async () => {
    const attempts = over(await databases.open([operatorTables]));
    const tries = Array.from({ length: 12 }, () => attempts.begin('ada'));
    const outcomes = await Promise.allSettled(tries);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
  });

  it('write nothing while the name waits', async () => {
    const database = await databases.open([operatorTables]);
    const attempts = over(database);
    await fail(attempts, 'ada', 5);
    const rows = (): Promise<unknown> =>
      database.read((reader) => reader.rows.find(SignInAttemptEntity));
    const before = await rows();
    await expect(attempts.begin('ada')).rejects.toMatchObject({ code: 'quota-exceeded' });
    expect(await rows()).toEqual(before);
  });

  it('name nobody: what was typed is kept under a key that is not in the database', async () => {
    const database = await databases.open([operatorTables]);
    const typed = 'my password by mistake';
    await over(database).begin(typed);
    const others = new CoordinatorKeys(keys.identity, keys.log, randomBytes(32));
    await over(database, others).begin(typed);
    const rows = await database.read((reader) => reader.rows.find(SignInAttemptEntity));
    expect(rows.map(({ failures }) => failures)).toEqual([1, 1]);
    expect(JSON.stringify(rows)).not.toContain(typed);
  });

  it('are kept of so many names, those that were tried least recently go first', async () => {
    const database = await databases.open([operatorTables]);
    const count = (): Promise<string[]> =>
      database.read(async (reader) =>
        (await reader.rows.find(SignInAttemptEntity, { order: { lastAtMs: 'ASC' } })).map(
          ({ nameHash }) => nameHash,
        ),
      );
    await database.transaction(async (tx) => {
      for (const [i, nameHash] of ['a', 'b', 'c', 'd'].entries()) {
        await repository.save(tx, nameHash, { count: 1, lastAtMs: 100 + i });
      }
      await repository.save(tx, 'a', { count: 2, lastAtMs: 200 });
      await repository.forget(tx, { beforeMs: 102, keep: 2 });
    });
    expect(await count()).toEqual(['d', 'a']);
    await database.transaction((tx) => repository.forget(tx, { beforeMs: 0, keep: 2 }));
    expect(await count()).toEqual(['d', 'a']);
  });
});
