import { createServer, type AddressInfo } from 'node:net';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import { QueryFailedError } from 'typeorm';
import { databaseLocation, placeOf } from './data-source.js';
import { isRetryable, isUniqueViolation, toCodedError } from './database-errors.js';
import { Database } from './database.js';
import { note, NoteEntity, noteTables } from './testing/notes.js';
import { testDatabases, TestDatabases } from './testing/test-databases.js';

const failure = (code: string, message = 'driver says no'): QueryFailedError =>
  new QueryFailedError('INSERT', ['sealed-key'], Object.assign(new Error(message), { code }));

describe('errors of the drivers', () => {
  it.each([
    ['53100', 'disk-full'],
    ['SQLITE_FULL', 'disk-full'],
    ['ENOSPC', 'disk-full'],
    ['40001', 'database-busy'],
    ['40P01', 'database-busy'],
    ['SQLITE_BUSY', 'database-busy'],
    ['ECONNREFUSED', 'database-busy'],
    ['57P03', 'database-busy'],
    ['23505', 'conflict'],
    ['SQLITE_CONSTRAINT_PRIMARYKEY', 'conflict'],
    ['42601', 'internal'],
  ])('with code %s become %s', (state, code) => {
    const error = toCodedError(failure(state), 'the database');
    expect(error).toBeInstanceOf(ConsiliumError);
    expect(error).toMatchObject({ code, detail: { state } });
    expect(JSON.stringify(Object.entries(error as object))).not.toContain('sealed-key');
  });

  it('without a code are known by their words', () => {
    expect(toCodedError(new Error('Connection terminated unexpectedly'), 'x')).toMatchObject({
      code: 'database-busy',
      message: 'x does not answer: start it, or correct the database settings',
    });
  });

  it('leave everything else alone', () => {
    const other = new TypeError('not a function');
    const coded = new ConsiliumError('late', 'too late');
    expect(toCodedError(other, 'x')).toBe(other);
    expect(toCodedError(coded, 'x')).toBe(coded);
    expect(toCodedError(undefined, 'x')).toBeUndefined();
  });

  it('tell what may be tried again', () => {
    expect(isRetryable(failure('40001'))).toBe(true);
    expect(isRetryable(failure('23505'))).toBe(false);
    expect(isUniqueViolation(failure('SQLITE_CONSTRAINT_UNIQUE'))).toBe(true);
  });
});

describe('a database that cannot be used', () => {
  it('is named without its password when nothing answers', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const url = `postgres://app:hunter2@127.0.0.1:${port}/consilium`;
    const opening = Database.open({ location: { driver: 'postgres', url }, tables: [] });
    await expect(opening).rejects.toMatchObject({
      code: 'database-busy',
      message: `PostgreSQL at 127.0.0.1:${port}/consilium does not answer: start it, or correct the database settings`,
    });
  });

  it('says which folder cannot be written', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'consilium-spec-'));
    const blocked = join(folder, 'file');
    writeFileSync(blocked, '');
    const opening = Database.open({ location: { driver: 'sqlite', folder: blocked }, tables: [] });
    await expect(opening).rejects.toMatchObject({ code: 'bad-configuration' });
    rmSync(folder, { recursive: true });
  });

  it('is read from the url file of the configuration', () => {
    const folder = mkdtempSync(join(tmpdir(), 'consilium-spec-'));
    const urlFile = join(folder, 'url');
    const from = (): ReturnType<typeof databaseLocation> =>
      databaseLocation({ dataFolder: '/data', database: { driver: 'postgres', urlFile } });
    expect(from).toThrow('cannot be read');
    writeFileSync(urlFile, 'mysql://h/d');
    expect(from).toThrow('holds no postgres:// address');
    writeFileSync(urlFile, 'postgres://h/d\n');
    expect(from()).toEqual({ driver: 'postgres', url: 'postgres://h/d' });
    expect(placeOf({ driver: 'postgres', url: 'nonsense' })).toBe('PostgreSQL at the given url');
    rmSync(folder, { recursive: true });
  });
});

describe.each(testDatabases.filter(({ name }) => name === 'postgres'))(
  'a lost connection on $name',
  (kind) => {
    const databases = new TestDatabases(kind);

    it('fails what was under way, loses nothing committed, and is over once the server is back', async () => {
      const server = await databases.postgres();
      const database = await databases.open([noteTables]);
      const insert = (id: string): Promise<unknown> =>
        database.transaction((tx) => tx.rows.insert(NoteEntity, note(id)));
      await insert('before');
      const interrupted = database.transaction(async (tx) => {
        await tx.rows.insert(NoteEntity, note('interrupted'));
        await server.kill();
        await tx.rows.insert(NoteEntity, note('after the kill'));
      });
      await expect(interrupted).rejects.toMatchObject({ code: 'database-busy' });
      await expect(insert('down')).rejects.toMatchObject({ code: 'database-busy' });
      await server.restart();
      await insert('back');
      const kept = await database.read((reader) => reader.rows.find(NoteEntity));
      expect(kept.map(({ id }) => id).sort()).toEqual(['back', 'before']);
    }, 30_000);
  },
);

describe.each(testDatabases.filter(({ name }) => name === 'sqlite'))(
  'a full disk on $name',
  (kind) => {
    const databases = new TestDatabases(kind);

    it('is told in one sentence, keeps nothing of the transaction, and passes when there is space again', async () => {
      const database = await databases.open([noteTables]);
      const limit = (pages: number): Promise<unknown> =>
        database.read((reader) => reader.rows.query(`PRAGMA max_page_count = ${pages}`));
      await database.transaction((tx) => tx.rows.insert(NoteEntity, note('before')));
      await limit(1);
      const big = { ...note('big'), body: Buffer.alloc(100_000) };
      await expect(
        database.transaction((tx) => tx.rows.insert(NoteEntity, big)),
      ).rejects.toMatchObject({
        code: 'disk-full',
        message: expect.stringMatching(
          /^the disk of the SQLite file in .* is full: free space there/,
        ) as string,
      });
      await limit(1_000_000);
      await database.transaction((tx) => tx.rows.insert(NoteEntity, big));
      expect(await database.read((reader) => reader.rows.count(NoteEntity))).toBe(2);
    });

    it('runs with the pragmas that the guarantees rest on', async () => {
      const database = await databases.open([noteTables]);
      const pragma = (name: string): Promise<unknown> =>
        database.read((reader) => reader.rows.query(`PRAGMA ${name}`));
      expect(await pragma('journal_mode')).toEqual([{ journal_mode: 'wal' }]);
      expect(await pragma('synchronous')).toEqual([{ synchronous: 2 }]);
      expect(await pragma('foreign_keys')).toEqual([{ foreign_keys: 1 }]);
      expect(await pragma('secure_delete')).toEqual([{ secure_delete: 1 }]);
      expect(await pragma('busy_timeout')).toEqual([{ timeout: 5000 }]);
    });
  },
);
