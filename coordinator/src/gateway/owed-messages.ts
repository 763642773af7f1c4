/** The outbox as the gateway sees it: what each site is owed, and a wake-up when there is more. */
import { Injectable } from '@nestjs/common';
import { owedMessageSchema, type Delivery } from '@consilium/shared/protocol';
import type { SiteId } from '@consilium/shared/vocabulary';
import { Database } from '../database/database.js';
import { OutboxRepository } from '../platform/outbox/outbox.repository.js';

@Injectable()
export class OwedMessages {
  constructor(
    private readonly database: Database,
    private readonly outbox: OutboxRepository,
  ) {}

  /** The oldest message that the site has not received. */
  async next(siteId: SiteId): Promise<Delivery | undefined> {
    const [owed] = await this.database.read((reader) => this.outbox.pending(reader, siteId, 1));
    return owed === undefined
      ? undefined
      : { id: owed.id, message: owedMessageSchema.parse(owed.body) };
  }

  async received(siteId: SiteId, id: number): Promise<void> {
    await this.database.transaction((tx) => this.outbox.markDelivered(tx, siteId, id));
  }

  /** @returns a function that ends the listening. */
  onOwed(listener: (siteId: SiteId) => void): () => void {
    return this.outbox.onEnqueued(listener);
  }
}
