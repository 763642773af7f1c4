/** What somebody with access to the coordinator's machine can do to its log: change a row behind its back. */
import { createRequire } from 'node:module';
import { join } from 'node:path';

interface Statement {
  get(...values: readonly unknown[]): { readonly leaf: string } | undefined;
  run(...values: readonly unknown[]): { readonly changes: number };
}

interface Rows {
  prepare(sql: string): Statement;
  close(): void;
}

/** @throws Error unless the leaf is there and the change made another text of it */
export function rewriteLeaf(
  dataFolder: string,
  index: number,
  change: (leaf: string) => string,
): void {
  const open = createRequire(__filename)('better-sqlite3') as new (path: string) => Rows;
  const rows = new open(join(dataFolder, 'coordinator.sqlite'));
  try {
    const found = rows.prepare('SELECT leaf FROM log_leaves WHERE leafIndex = ?').get(index);
    const changed = change(found?.leaf ?? '');
    if (found === undefined || changed === found.leaf) {
      throw new Error(`leaf ${index} was not changed`);
    }
    rows.prepare('UPDATE log_leaves SET leaf = ? WHERE leafIndex = ?').run(changed, index);
  } finally {
    rows.close();
  }
}
