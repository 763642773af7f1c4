import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { auditTables } from '../audit/audit-tables.js';
import { auditBench } from '../audit/testing/audit-bench.js';
import { Database } from '../database/database.js';
import { createAdministrator } from './first-administrator.js';
import { operatorTables } from './operator-tables.js';

describe('the account of the first administrator', () => {
  let folder: string;
  let database: Database;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'consilium-spec-'));
    const location = { driver: 'sqlite', folder } as const;
    database = await Database.open({ location, tables: [auditTables, operatorTables] });
  });

  afterEach(async () => {
    await database.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function typesAfterStart(first: 'account' | 'start'): Promise<string[]> {
    const bench = auditBench(database, folder);
    const { clock, signer, reader } = bench;
    if (first === 'start') {
      await bench.open();
    }
    const made = await createAdministrator(database, clock, signer.names, {
      name: 'root',
      days: 1,
    });
    if (first === 'account') {
      await bench.open();
    }
    await bench.sequencer.signNow();
    const leaves = (await reader.leaves(0, 10)).map(({ leaf }) => JSON.parse(leaf) as object);
    expect(leaves).toContainEqual(
      expect.objectContaining({
        type: 'operator.changed',
        change: 'created',
        operatorId: made.operatorId,
        by: made.operatorId,
        roles: ['platform-admin'],
      }),
    );
    return leaves.map((leaf) => (leaf as { type: string }).type);
  }

  it('is in the log of a coordinator that has never run, after the leaf that opens it', async () => {
    expect(await typesAfterStart('account')).toEqual([
      'log.opened',
      'operator.changed',
      'software.version',
    ]);
  });

  it('is in the log of a coordinator that runs', async () => {
    expect(await typesAfterStart('start')).toEqual([
      'log.opened',
      'software.version',
      'operator.changed',
    ]);
  });

  it('leaves neither account nor leaf when the name is taken', async () => {
    const { clock, signer, repository } = auditBench(database, folder);
    const account = { name: 'root', days: 1 };
    await createAdministrator(database, clock, signer.names, account);
    const again = createAdministrator(database, clock, signer.names, account);
    await expect(again).rejects.toMatchObject({ code: 'conflict' });
    expect((await database.read((reader) => repository.head(reader))).size).toBe(2);
  });
});
