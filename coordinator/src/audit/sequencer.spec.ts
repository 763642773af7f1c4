import { mkdirSync, rmSync } from 'node:fs';
import { parseCheckpoint, verifyConsistency, verifyNote } from '@consilium/shared/log';
import type { Database } from '../database/database.js';
import { testDatabases, TestDatabases } from '../database/testing/test-databases.js';
import { auditTables } from './audit-tables.js';
import { LeafSubjectEntity } from './leaf-subject.entity.js';
import { LeafEntity } from './leaf.entity.js';
import { LogCheckpointEntity } from './log-checkpoint.entity.js';
import { LogHeadEntity } from './log-head.entity.js';
import { appendLeaves } from './testing/append-leaves.js';
import { auditBench, type AuditBench } from './testing/audit-bench.js';

describe.each(testDatabases)('the sequencer on $name', (kind) => {
  const databases = new TestDatabases(kind);
  let database: Database;
  let bench: AuditBench;

  beforeEach(async () => {
    database = await databases.open([auditTables]);
    bench = auditBench(database, databases.folder());
    await bench.open();
  });

  it('follows the log with checkpoints that extend each other', async () => {
    for (let i = 0; i < 5; i += 1) {
      await appendLeaves(database, bench, 3);
      await bench.sequencer.signNow();
    }
    const stored = await bench.reader.checkpoints(0, 100);
    const read = stored.map(({ note }) =>
      parseCheckpoint(verifyNote(note, bench.signer.noteKey).body),
    );
    expect(read.at(-1)?.size).toBe(17);
    for (const [i, newer] of read.slice(1).entries()) {
      const older = read[i] ?? newer;
      const proof = [...(await bench.reader.consistencyProof(older.size, newer.size))];
      const claim = {
        oldSize: older.size,
        oldRoot: older.root,
        newSize: newer.size,
        newRoot: newer.root,
      };
      expect(() => verifyConsistency({ ...claim, proof })).not.toThrow();
    }
  });

  it('tells its listeners of each checkpoint, without being asked', async () => {
    const sizes: number[] = [];
    const stop = bench.sequencer.onSigned(({ size }) => sizes.push(size));
    await appendLeaves(database, bench, 1);
    await bench.sequencer.covering(2);
    stop();
    await appendLeaves(database, bench, 1);
    await bench.sequencer.covering(3);
    expect(sizes).toEqual([3]);
  });

  it('remembers outside the database what it signed before it stores it there', async () => {
    const { note } = await bench.sequencer.signNow();
    expect((await bench.signer.memory.load())?.note).toBe(note);
    await database.transaction((tx) => tx.rows.clear(LogCheckpointEntity));
    await auditBench(database, bench.config.dataFolder, bench.keys).open();
    expect((await bench.reader.checkpoints(0, 10))[0]?.note).toBe(note);
  });

  it('refuses to sign a log that became shorter than what it signed', async () => {
    await database.transaction(async (tx) => {
      await tx.rows.clear(LeafEntity);
      await tx.rows.clear(LeafSubjectEntity);
      await tx.rows.clear(LogHeadEntity);
    });
    await appendLeaves(database, bench, 1);
    await expect(bench.sequencer.signNow()).rejects.toMatchObject({ code: 'log-rollback' });
  });

  it('refuses to sign inside a transaction, whose leaves may yet be undone', async () => {
    const signing = database.transaction(async (tx) => {
      await bench.audit.append(tx, {
        type: 'software.version',
        version: '0',
        node: '0',
        protocol: 1,
      });
      return bench.sequencer.signNow();
    });
    await expect(signing).rejects.toMatchObject({ code: 'internal' });
    expect((await bench.sequencer.signNow()).size).toBe(2);
  });

  it('goes on by itself once the checkpoint can be written again', async () => {
    const { memory } = bench.signer;
    const obstacle = `${memory.file}.new`;
    mkdirSync(obstacle);
    await appendLeaves(database, bench, 1);
    await expect(bench.sequencer.signNow()).rejects.toThrow('cannot be written (EISDIR)');
    expect(() => {
      bench.sequencer.requireSigning();
    }).toThrow('EISDIR');
    rmSync(obstacle, { recursive: true });
    bench.clock.advance(5000);
    await bench.sequencer.signNow();
    expect((await memory.load())?.size).toBe(3);
  });

  it('gives the same note as another process that signs the same log', async () => {
    const other = auditBench(database, databases.folder(), bench.keys);
    await other.open();
    await bench.sequencer.signNow();
    expect((await other.sequencer.signNow()).note).toBe((await bench.sequencer.signNow()).note);
  });
});
