/** For specs: the next message that is owed to a site, as if it had been delivered. */
import type { OwedMessage } from '@consilium/shared/protocol';
import type { SiteId } from '@consilium/shared/vocabulary';
import type { Database } from '../../../database/database.js';
import type { OutboxRepository } from '../outbox.repository.js';

/** @returns undefined when nothing is owed */
export function takeOwed(
  database: Database,
  outbox: OutboxRepository,
  siteId: SiteId,
): Promise<OwedMessage | undefined> {
  return database.transaction(async (tx) => {
    const [owed] = await outbox.pending(tx, siteId, 1);
    if (owed !== undefined) {
      await outbox.markDelivered(tx, siteId, owed.id);
    }
    return owed?.body as OwedMessage | undefined;
  });
}
