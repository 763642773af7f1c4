/**
 * Makes one transition and signs the log, and kills itself before the statement it is told; past all of them it ends with 0
 * and prints how many there were. Started by crash.spec.ts.
 */
import { loadOrCreateKeys } from '../../config/coordinator-keys.js';
import { loadConfig } from '../../config/load-config.js';
import type { DatabaseLocation } from '../../database/data-source.js';
import { Database } from '../../database/database.js';
import { auditBench } from './audit-bench.js';
import { moveState, transitionTables } from './transition.js';

export interface Order {
  readonly location: DatabaseLocation;
  readonly folder: string;
  /** Of the state to move. */
  readonly id: string;
  /** Which statement is never run, from 1. */
  readonly dieBefore: number;
}

async function carryOut(order: Order): Promise<void> {
  let armed = false;
  let statements = 0;
  const database = await Database.open({
    location: order.location,
    tables: transitionTables,
    onStatement: () => {
      statements += armed ? 1 : 0;
      if (armed && statements === order.dieBefore) {
        process.kill(process.pid, 'SIGKILL');
      }
    },
  });
  const config = loadConfig({ environment: {}, flags: { dataFolder: order.folder } });
  const bench = auditBench(database, order.folder, loadOrCreateKeys(config));
  await bench.sequencer.start(await bench.signer.memory.load());
  armed = true;
  await moveState(database, bench, order.id);
  await bench.sequencer.signNow();
  armed = false;
  await database.close();
  process.stdout.write(String(statements));
}

void carryOut(JSON.parse(process.argv[3] ?? '') as Order);
