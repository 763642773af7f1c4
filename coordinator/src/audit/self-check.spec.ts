import { rmSync, writeFileSync } from 'node:fs';
import {
  appendToFrontier,
  emptyFrontier,
  encodeFrontier,
  formatCheckpoint,
  frontierRoot,
  leafHash,
  rootOf,
  signNote,
} from '@consilium/shared/log';
import { utf8 } from '@consilium/shared/encoding';
import { isConsiliumError } from '@consilium/shared/vocabulary';
import type { Database } from '../database/database.js';
import { testDatabases, TestDatabases } from '../database/testing/test-databases.js';
import { auditTables } from './audit-tables.js';
import { LeafEntity } from './leaf.entity.js';
import { LogCheckpointEntity } from './log-checkpoint.entity.js';
import { LogHeadEntity } from './log-head.entity.js';
import { auditBench, testKeys, type AuditBench } from './testing/audit-bench.js';
import { appendLeaves } from './testing/append-leaves.js';

/** What somebody with access to the database, but not to the keys, may try (security tests 41, 43, 45). */
describe.each(testDatabases)('the self-check of the log on $name', (kind) => {
  const databases = new TestDatabases(kind);
  let database: Database;
  let bench: AuditBench;

  /** Two leaves of the start and eight more, the last checkpoint over all ten. */
  beforeEach(async () => {
    database = await databases.open([auditTables]);
    bench = auditBench(database, databases.folder());
    await bench.open();
    await appendLeaves(database, bench, 8);
    await bench.sequencer.signNow();
    await bench.sequencer.beforeApplicationShutdown();
  });

  const restart = (keys = bench.keys): Promise<void> =>
    auditBench(database, bench.config.dataFolder, keys).open();

  const tamper = (
    change: (leaf: LeafEntity) => Partial<LeafEntity>,
    index: number,
  ): Promise<void> =>
    database.transaction(async (tx) => {
      const leaf = await tx.rows.findOneByOrFail(LeafEntity, { leafIndex: index });
      await tx.rows.update(LeafEntity, index, change(leaf));
    });

  const altered = (text: string): string => text.replace('"bundle"', '"adapter"');

  it('passes over an untouched log', async () => {
    await expect(restart()).resolves.toBeUndefined();
  });

  it('names a leaf whose text was altered', async () => {
    await tamper(({ leaf }) => ({ leaf: altered(leaf) }), 5);
    await expect(restart()).rejects.toMatchObject({
      code: 'log-inconsistent',
      detail: { index: 5 },
    });
  });

  it('names a leaf whose text and hash were altered', async () => {
    await tamper(
      ({ leaf }) => ({ leaf: altered(leaf), hash: Buffer.from(leafHash(utf8(altered(leaf)))) }),
      5,
    );
    await expect(restart()).rejects.toMatchObject({
      code: 'log-inconsistent',
      detail: { index: 5 },
    });
  });

  it('names the first leaf that was removed', async () => {
    await database.transaction((tx) => tx.rows.delete(LeafEntity, 6));
    await expect(restart()).rejects.toMatchObject({
      code: 'log-inconsistent',
      detail: { index: 6 },
    });
  });

  it('names the first of two leaves that changed places', async () => {
    await database.transaction(async (tx) => {
      await tx.rows.update(LeafEntity, 4, { leafIndex: 99 });
      await tx.rows.update(LeafEntity, 7, { leafIndex: 4 });
      await tx.rows.update(LeafEntity, 99, { leafIndex: 7 });
    });
    await expect(restart()).rejects.toMatchObject({
      code: 'log-inconsistent',
      detail: { index: 4 },
    });
  });

  it('finds the log rewritten as a whole, by the signed checkpoint', async () => {
    await rewriteFrom(5);
    const error: unknown = await restart().catch((caught: unknown) => caught);
    if (!isConsiliumError(error, 'log-inconsistent')) {
      throw error;
    }
    const { index, lastIndex } = error.detail ?? {};
    expect(index).toBeLessThanOrEqual(5);
    expect(lastIndex).toBeGreaterThanOrEqual(5);
    expect(error.message).toMatch(/rewritten after the checkpoint of size \d+ was signed/);
  });

  it('finds it by the remembered checkpoint alone, when the stored ones were removed', async () => {
    await rewriteFrom(5);
    await database.transaction((tx) => tx.rows.clear(LogCheckpointEntity));
    await expect(restart()).rejects.toMatchObject({ code: 'log-inconsistent' });
  });

  it('refuses a checkpoint that another key signed', async () => {
    const leaves = await bench.reader.leaves(0, 10);
    const checkpoint = {
      origin: bench.config.logOrigin,
      size: 10,
      root: rootOf(leaves.map(({ hash }) => hash)),
    };
    const note = signNote(formatCheckpoint(checkpoint), checkpoint.origin, testKeys().log);
    await database.transaction((tx) => tx.rows.update(LogCheckpointEntity, 10, { note }));
    await expect(restart()).rejects.toMatchObject({
      code: 'log-inconsistent',
      detail: { size: 10 },
    });
  });

  it('names the first leaf missing at the end, against the head', async () => {
    await database.transaction((tx) => tx.rows.delete(LeafEntity, 9));
    await expect(restart()).rejects.toMatchObject({ code: 'log-rollback', detail: { index: 9 } });
  });

  it('refuses a database put back from before the newest checkpoint', async () => {
    await database.transaction(async (tx) => {
      await tx.rows.clear(LeafEntity);
      await tx.rows.clear(LogHeadEntity);
      await tx.rows.clear(LogCheckpointEntity);
    });
    await expect(restart()).rejects.toMatchObject({
      code: 'log-rollback',
      detail: { size: 0, signedSize: 10 },
    });
  });

  it('refuses a head that disagrees with the leaves', async () => {
    await database.transaction((tx) =>
      tx.rows.update(LogHeadEntity, 1, { size: 0, frontier: '{"hashes":[],"size":0}' }),
    );
    await expect(restart()).rejects.toMatchObject({
      code: 'log-inconsistent',
      detail: { index: 0 },
    });
  });

  it('refuses to go on with other keys, and says which to restore', async () => {
    rmSync(bench.signer.memory.file);
    await expect(restart(testKeys())).rejects.toMatchObject({ code: 'bad-configuration' });
  });

  it('refuses a remembered checkpoint that is not of this log', async () => {
    writeFileSync(bench.signer.memory.file, 'consilium.local/log\n1\n\n');
    await expect(restart()).rejects.toMatchObject({ code: 'log-inconsistent' });
  });

  it('takes up again in an empty folder, as a moved replica does', async () => {
    rmSync(bench.signer.memory.file);
    await expect(restart()).resolves.toBeUndefined();
  });

  /** Alters a leaf and makes everything after it fit: what an administrator of the database can do at most. */
  async function rewriteFrom(index: number): Promise<void> {
    const leaves = await bench.reader.leaves(0, 100);
    await database.transaction(async (tx) => {
      let frontier = emptyFrontier();
      for (const { index: at, leaf } of leaves) {
        const text = at === index ? altered(leaf) : leaf;
        const hash = leafHash(utf8(text));
        frontier = appendToFrontier(frontier, hash);
        const root = Buffer.from(frontierRoot(frontier));
        await tx.rows.update(LeafEntity, at, { leaf: text, hash: Buffer.from(hash), root });
      }
      await tx.rows.update(LogHeadEntity, 1, {
        frontier: JSON.stringify(encodeFrontier(frontier)),
      });
    });
  }
});
