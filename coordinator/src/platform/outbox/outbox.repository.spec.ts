import { parseSiteId, parseStudyId } from '@consilium/shared/vocabulary';
import type { Database } from '../../database/database.js';
import { testDatabases, TestDatabases } from '../../database/testing/test-databases.js';
import { platformTables } from '../platform-tables.js';
import { FakeClock } from '../testing/fake-clock.js';
import { OutboxRepository } from './outbox.repository.js';

const studyId = parseStudyId('blood-cells');
const north = parseSiteId('north');
const south = parseSiteId('south');

describe.each(testDatabases)('the outbox on $name', (kind) => {
  const databases = new TestDatabases(kind);
  let database: Database;
  let outbox: OutboxRepository;

  beforeEach(async () => {
    database = await databases.open([platformTables]);
    outbox = new OutboxRepository(new FakeClock());
    await database.transaction(async (tx) => {
      for (const n of [1, 2, 3]) {
        await outbox.enqueue(tx, { studyId, siteId: north, kind: 'note', body: { n } });
        await outbox.enqueue(tx, { studyId, siteId: south, kind: 'note', body: { n } });
      }
    });
  });

  const owed = async (afterId = 0, limit = 10): Promise<unknown[]> => {
    const messages = await database.read((reader) => outbox.pending(reader, north, limit, afterId));
    return messages.map(({ body }) => body);
  };

  const firstId = async (): Promise<number> => {
    const [first] = await database.read((reader) => outbox.pending(reader, north, 1));
    return first?.id ?? 0;
  };

  it('owes each site its own messages, in order', async () => {
    expect(await owed()).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
    expect(await owed(0, 2)).toEqual([{ n: 1 }, { n: 2 }]);
    expect(await owed(await firstId())).toEqual([{ n: 2 }, { n: 3 }]);
  });

  it('owes a message until the site has acknowledged it', async () => {
    const id = await firstId();
    await database.transaction((tx) => outbox.markDelivered(tx, north, id));
    await database.transaction((tx) => outbox.markDelivered(tx, north, id));
    expect(await owed()).toEqual([{ n: 2 }, { n: 3 }]);
  });

  it('lets no site acknowledge the message of another', async () => {
    const id = await firstId();
    await database.transaction((tx) => outbox.markDelivered(tx, south, id));
    expect(await owed()).toHaveLength(3);
  });

  it('drops messages by study and kind', async () => {
    await database.transaction((tx) => outbox.discard(tx, studyId, ['note']));
    expect(await owed()).toEqual([]);
  });

  it('calls its listeners after the commit only', async () => {
    const called: string[] = [];
    const stop = outbox.onEnqueued((siteId) => called.push(siteId));
    const message = { studyId, siteId: north, kind: 'note', body: { n: 4 } };
    await database.transaction(async (tx) => {
      await outbox.enqueue(tx, message);
      expect(called).toEqual([]);
    });
    const failing = database.transaction(async (tx) => {
      await outbox.enqueue(tx, message);
      throw new Error('planned');
    });
    await expect(failing).rejects.toThrow('planned');
    stop();
    await database.transaction((tx) => outbox.enqueue(tx, message));
    expect(called).toEqual(['north']);
  });
});
