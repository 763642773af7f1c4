/** Fills a log. */
import { parseStudyId } from '@consilium/shared/vocabulary';
import type { Database } from '../../database/database.js';
import type { AuditBench } from './audit-bench.js';

/** One transaction per leaf; the leaves differ by their study. */
export async function appendLeaves(
  database: Database,
  bench: AuditBench,
  count: number,
): Promise<void> {
  for (let i = 0; i < count; i += 1) {
    const studyId = parseStudyId(`study-${i}`);
    await database.transaction((tx) =>
      bench.audit.append(tx, { type: 'access.export', studyId, what: 'bundle' }),
    );
  }
}
