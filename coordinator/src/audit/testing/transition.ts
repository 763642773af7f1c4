/** The transaction that every transition is made of: a state moves, a leaf, a message and a job are written. */
import { parseSiteId, parseStudyId } from '@consilium/shared/vocabulary';
import type { Database } from '../../database/database.js';
import { StateEntity, stateTables } from '../../database/testing/state-row.js';
import type { Tables } from '../../database/tables.js';
import { JobEntity } from '../../platform/jobs/job.entity.js';
import { JobRepository } from '../../platform/jobs/job.repository.js';
import { OutboxEntity } from '../../platform/outbox/outbox.entity.js';
import { OutboxRepository } from '../../platform/outbox/outbox.repository.js';
import { platformTables } from '../../platform/platform-tables.js';
import { auditTables } from '../audit-tables.js';
import type { AuditBench } from './audit-bench.js';

export const transitionTables: readonly Tables[] = [stateTables, platformTables, auditTables];

const siteId = parseSiteId('north');

/** @param fault thrown after everything was written. */
export async function moveState(
  database: Database,
  bench: AuditBench,
  id: string,
  fault?: Error,
): Promise<void> {
  const studyId = parseStudyId(id);
  const jobs = new JobRepository(bench.clock);
  const outbox = new OutboxRepository(bench.clock);
  await database.transaction(async (tx) => {
    await tx.rows.update(StateEntity, { id }, { state: 'moved' });
    await bench.audit.append(tx, { type: 'access.export', studyId, what: 'bundle' });
    await outbox.enqueue(tx, { studyId, siteId, kind: 'moved', body: { id } });
    await jobs.enqueue(tx, { kind: 'moved', payload: { id } });
    if (fault !== undefined) {
      throw fault;
    }
  });
}

/** Which of the four writes of a transition are there. */
export interface Traces {
  readonly state: boolean;
  readonly leaf: boolean;
  readonly message: boolean;
  readonly job: boolean;
}

export async function tracesOf(database: Database, bench: AuditBench, id: string): Promise<Traces> {
  return database.read(async (reader) => {
    const leaves = await bench.repository.leaves(reader, 0, 1000);
    return {
      state: await reader.rows.existsBy(StateEntity, { id, state: 'moved' }),
      leaf: leaves.some(({ leaf }) => (JSON.parse(leaf) as { studyId?: string }).studyId === id),
      message: await reader.rows.existsBy(OutboxEntity, { studyId: id }),
      job: await reader.rows.existsBy(JobEntity, { payload: JSON.stringify({ id }) }),
    };
  });
}

export const ALL: Traces = { state: true, leaf: true, message: true, job: true };
export const NONE: Traces = { state: false, leaf: false, message: false, job: false };

export async function addState(database: Database, id: string): Promise<void> {
  await database.transaction((tx) => tx.rows.insert(StateEntity, { id, state: 'still' }));
}
