import { TABLES } from './all-tables.js';
import { migrateUpDownUp, schemaDrift } from './database/testing/expect-migrations.js';
import { testDatabases, TestDatabases } from './database/testing/test-databases.js';

describe.each(testDatabases)('the migrations of all modules on $name', (kind) => {
  const databases = new TestDatabases(kind);

  it('go up, down to nothing, and up to the same tables', async () => {
    const stages = await migrateUpDownUp(await databases.location(), TABLES);
    expect(stages.afterUp.join('\n')).toContain('log_leaves.leafIndex');
    expect(stages.afterDown).toEqual([]);
    expect(stages.afterSecondUp).toEqual(stages.afterUp);
  });

  it('make exactly the columns that the entities name', async () => {
    expect(await schemaDrift(await databases.location(), TABLES)).toEqual([]);
  });

  it('have numbers of their own, which fix their order', () => {
    const numbers = TABLES.flatMap(({ migrations }) =>
      migrations.map(({ name }) => name.slice(-13)),
    );
    expect(numbers.every((number) => /^\d{13}$/.test(number))).toBe(true);
    expect(new Set(numbers).size).toBe(numbers.length);
  });
});
