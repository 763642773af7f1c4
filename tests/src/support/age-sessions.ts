/** Time that passes for sessions: their persons have done nothing for longer than they have. */
import { createRequire } from 'node:module';
import { join } from 'node:path';

interface Rows {
  prepare(sql: string): { run(...values: readonly unknown[]): { readonly changes: number } };
  close(): void;
}

/** @returns how many sessions have grown older */
export function ageSessions(dataFolder: string, ms: number): number {
  const open = createRequire(__filename)('better-sqlite3') as new (path: string) => Rows;
  const rows = new open(join(dataFolder, 'coordinator.sqlite'));
  try {
    return rows.prepare('UPDATE operator_sessions SET seenAtMs = seenAtMs - ?').run(ms).changes;
  } finally {
    rows.close();
  }
}
