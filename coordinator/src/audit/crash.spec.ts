import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { loadOrCreateKeys } from '../config/coordinator-keys.js';
import { loadConfig } from '../config/load-config.js';
import type { DatabaseLocation } from '../database/data-source.js';
import { testDatabases, TestDatabases } from '../database/testing/test-databases.js';
import { auditBench } from './testing/audit-bench.js';
import type { Order } from './testing/dying-process.js';
import {
  addState,
  ALL,
  moveState,
  NONE,
  tracesOf,
  transitionTables,
} from './testing/transition.js';

const RUNNER = join(__dirname, '../../../tests/src/support/run-typescript.cjs');
const PROGRAM = join(__dirname, 'testing/dying-process.ts');

describe.each(testDatabases)('a transition on $name', (kind) => {
  const databases = new TestDatabases(kind);

  const keysIn = (folder: string): ReturnType<typeof loadOrCreateKeys> =>
    loadOrCreateKeys(loadConfig({ environment: {}, flags: { dataFolder: folder } }));

  it('keeps all of its writes or none', async () => {
    const database = await databases.open(transitionTables);
    const bench = auditBench(database, databases.folder());
    await bench.open();
    await addState(database, 'good');
    await addState(database, 'bad');
    await moveState(database, bench, 'good');
    await expect(moveState(database, bench, 'bad', new Error('planned'))).rejects.toThrow(
      'planned',
    );
    expect(await tracesOf(database, bench, 'good')).toEqual(ALL);
    expect(await tracesOf(database, bench, 'bad')).toEqual(NONE);
  });

  it('keeps exactly those that succeed of 50 that overlap, and the log stays whole', async () => {
    const folder = databases.folder();
    const database = await databases.open(transitionTables);
    const bench = auditBench(database, folder);
    await bench.open();
    const ids = Array.from({ length: 50 }, (_, i) => `s${i}`);
    for (const id of ids) {
      await addState(database, id);
    }
    const fails = (i: number): boolean => i % 5 === 2;
    await Promise.allSettled(
      ids.map((id, i) =>
        moveState(database, bench, id, fails(i) ? new Error('planned') : undefined),
      ),
    );
    for (const [i, id] of ids.entries()) {
      expect(await tracesOf(database, bench, id)).toEqual(fails(i) ? NONE : ALL);
    }
    expect((await bench.sequencer.signNow()).size).toBe(42);
    await expect(auditBench(database, folder, bench.keys).open()).resolves.toBeUndefined();
  });

  it('survives a kill before every single statement, from its begin to the signed checkpoint', async () => {
    const location = await databases.location();
    const folder = location.driver === 'sqlite' ? location.folder : databases.folder();
    const outcomes: string[] = [];
    let finished = false;
    for (let dieBefore = 1; !finished; dieBefore += 1) {
      const id = `s${dieBefore}`;
      await prepare(location, folder, id);
      const order: Order = { location, folder, id, dieBefore };
      const child = spawnSync(
        process.execPath,
        ['-C', '@consilium/source', RUNNER, PROGRAM, JSON.stringify(order)],
        { encoding: 'utf8' },
      );
      finished = child.status === 0;
      expect([child.signal, child.status, finished ? '' : child.stderr]).toEqual(
        finished ? [null, 0, ''] : ['SIGKILL', null, ''],
      );
      outcomes.push(await restart(location, folder, id));
    }
    // Nothing before the commit, everything from then on; the last entry is the run that was not killed.
    expect(outcomes.indexOf('all')).toBeGreaterThan(6);
    expect(outcomes.length - outcomes.indexOf('all')).toBeGreaterThan(4);
    expect(outcomes).toEqual([...outcomes].sort().reverse());
  }, 300_000);

  async function prepare(location: DatabaseLocation, folder: string, id: string): Promise<void> {
    const database = await databases.open(transitionTables, location);
    if (id === 's1') {
      await auditBench(database, folder, keysIn(folder)).open();
    }
    await addState(database, id);
    await database.close();
  }

  /** What a start after the crash finds; the self-check must pass and the checkpoint follow. */
  async function restart(location: DatabaseLocation, folder: string, id: string): Promise<string> {
    const database = await databases.open(transitionTables, location);
    const bench = auditBench(database, folder, keysIn(folder));
    await bench.open();
    const head = await database.read((reader) => bench.repository.head(reader));
    expect((await bench.reader.latest()).size).toBe(head.size);
    const traces = await tracesOf(database, bench, id);
    expect([ALL, NONE]).toContainEqual(traces);
    await database.close();
    return traces.state ? 'all' : 'none';
  }
});
