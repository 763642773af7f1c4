/** Hand-written migrations, one set for both dialects: each runs in a transaction of its own, in the order of its number. */
import type { DataSource } from 'typeorm';

/** Any constant that no other program uses as advisory lock in this database ("consili" in ASCII). */
const MIGRATION_LOCK = '27991966988889193';

/** Runs what has not run yet. Of several processes that start together, one migrates and the others wait. */
export async function migrate(source: DataSource): Promise<void> {
  if (source.options.type !== 'postgres') {
    await source.runMigrations();
    return;
  }
  const runner = source.createQueryRunner();
  try {
    await runner.query(`SELECT pg_advisory_lock(${MIGRATION_LOCK})`);
    await source.runMigrations();
  } finally {
    await runner.query(`SELECT pg_advisory_unlock(${MIGRATION_LOCK})`);
    await runner.release();
  }
}
