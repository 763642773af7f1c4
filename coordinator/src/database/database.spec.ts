import { setTimeout as delay } from 'node:timers/promises';
import { isConsiliumError } from '@consilium/shared/vocabulary';
import type { Database } from './database.js';
import { NoteEntity, note, noteTables } from './testing/notes.js';
import { testDatabases, TestDatabases } from './testing/test-databases.js';
import type { Transaction } from './transaction.js';

describe.each(testDatabases)('the database on $name', (kind) => {
  const databases = new TestDatabases(kind);

  const ids = async (database: Database): Promise<string[]> => {
    const notes = await database.read((reader) => reader.rows.find(NoteEntity));
    return notes.map(({ id }) => id).sort();
  };

  it('keeps what a transaction wrote, with types intact', async () => {
    const database = await databases.open([noteTables]);
    await database.transaction((tx) => tx.rows.insert(NoteEntity, note('a')));
    const [kept] = await database.read((reader) => reader.rows.find(NoteEntity));
    expect(kept).toEqual(note('a'));
  });

  it('keeps nothing of a transaction that throws, and passes the error on', async () => {
    const database = await databases.open([noteTables]);
    const failing = database.transaction(async (tx) => {
      await tx.rows.insert(NoteEntity, note('a'));
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await ids(database)).toEqual([]);
  });

  it('keeps exactly the 40 of 50 overlapping transactions that succeed', async () => {
    const database = await databases.open([noteTables]);
    const outcomes = await Promise.allSettled(
      Array.from({ length: 50 }, (_, i) =>
        database.transaction(async (tx) => {
          await tx.rows.insert(NoteEntity, note(`n${i}`));
          await delay(1);
          if (i % 5 === 0) {
            throw new Error('planned');
          }
        }),
      ),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(40);
    const kept = await ids(database);
    expect(kept).toHaveLength(40);
    expect(kept).not.toContain('n5');
  });

  it('joins a transaction that is opened inside another', async () => {
    const database = await databases.open([noteTables]);
    const failing = database.transaction(async (tx) => {
      await tx.rows.insert(NoteEntity, note('outer'));
      await database.transaction((inner) => inner.rows.insert(NoteEntity, note('inner')));
      const seen = await database.read((reader) => reader.rows.count(NoteEntity));
      throw new Error(`saw ${seen}`);
    });
    await expect(failing).rejects.toThrow('saw 2');
    expect(await ids(database)).toEqual([]);
  });

  it('queues work that outlives the transaction it was started in', async () => {
    const database = await databases.open([noteTables]);
    let left: Promise<unknown> = Promise.resolve();
    const failing = database.transaction((tx) => {
      left = delay(30).then(() =>
        database.transaction((late) => late.rows.insert(NoteEntity, note('late'))),
      );
      return tx.rows.insert(NoteEntity, note('lost')).then(() => Promise.reject(new Error('no')));
    });
    await expect(failing).rejects.toThrow('no');
    await left;
    expect(await ids(database)).toEqual(['late']);
  });

  it('refuses the use of a transaction after its end', async () => {
    const database = await databases.open([noteTables]);
    let kept: Transaction | undefined;
    await database.transaction((tx) => {
      kept = tx;
      return Promise.resolve();
    });
    expect(() => kept?.rows).toThrow('used after its end');
    expect(() => kept?.afterCommit(() => undefined)).toThrow('used after its end');
  });

  it('wakes after the commit, once, and never for a transaction that failed', async () => {
    const database = await databases.open([noteTables]);
    const woken: string[] = [];
    await database.transaction((tx) => {
      tx.afterCommit(() => woken.push('committed'));
      return Promise.resolve();
    });
    const failing = database.transaction((tx) => {
      tx.afterCommit(() => woken.push('failed'));
      return Promise.reject(new Error('no'));
    });
    await expect(failing).rejects.toThrow('no');
    expect(woken).toEqual(['committed']);
  });

  it('does not fail a committed transaction whose wake-up throws', async () => {
    const database = await databases.open([noteTables]);
    const failures: unknown[] = [];
    database.observe({
      transactionEnded: () => undefined,
      transactionRetried: () => undefined,
      wakeUpFailed: (error) => failures.push(error),
    });
    await database.transaction((tx) => {
      tx.afterCommit(() => {
        throw new Error('deaf');
      });
      return tx.rows.insert(NoteEntity, note('a'));
    });
    expect(failures).toHaveLength(1);
    expect(await ids(database)).toEqual(['a']);
  });

  it('calls a second row with the same key a conflict and shows no parameters', async () => {
    const database = await databases.open([noteTables]);
    const insert = (): Promise<unknown> =>
      database.transaction((tx) => tx.rows.insert(NoteEntity, note('secret-id')));
    await insert();
    const error: unknown = await insert().catch((caught: unknown) => caught);
    expect(isConsiliumError(error, 'conflict')).toBe(true);
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('secret-id');
  });

  it('keeps rows over a restart', async () => {
    const location = await databases.location();
    const first = await databases.open([noteTables], location);
    await first.transaction((tx) => tx.rows.insert(NoteEntity, note('a')));
    await first.close();
    const second = await databases.open([noteTables], location);
    expect(await ids(second)).toEqual(['a']);
    await second.eraseDeleted();
    await second.ping();
  });

  it('orders two processes on one database without losing a row', async () => {
    const location = await databases.location();
    const both = [
      await databases.open([noteTables], location),
      await databases.open([noteTables], location),
    ];
    const increment = (database: Database, name: string): Promise<unknown> =>
      database.transaction(async (tx) => {
        const count = await tx.rows.count(NoteEntity);
        await tx.rows.insert(NoteEntity, { ...note(`${count}`), body: Buffer.from(name) });
      });
    await Promise.all(
      both.flatMap((database, d) => [0, 1, 2, 3].map((i) => increment(database, `${d}${i}`))),
    );
    const [first] = both;
    const rows = (await first?.read((reader) => reader.rows.count(NoteEntity))) ?? 0;
    expect(rows).toBe(8);
  });
});
