/**
 * The outbox as the gateway sees it: what each site is owed, and a wake-up when there is more. Receipts are written together
 * a moment later: a crash before costs a delivery that the site has seen, which it must expect anyway, and a round does not
 * wait for a disk once for every receipt.
 */
import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { owedMessageSchema, type Delivery } from '@consilium/shared/protocol';
import type { SiteId } from '@consilium/shared/vocabulary';
import { Database } from '../database/database.js';
import { Log } from '../platform/logging/log.js';
import { OutboxRepository } from '../platform/outbox/outbox.repository.js';

const WRITE_AFTER_MS = 200;

interface Receipt {
  readonly siteId: SiteId;
  readonly id: number;
}

@Injectable()
export class OwedMessages implements BeforeApplicationShutdown {
  /** Not yet written, in the order of arrival. */
  private receipts: readonly Receipt[] = [];
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly database: Database,
    private readonly outbox: OutboxRepository,
    private readonly log: Log,
  ) {}

  /** The oldest message that the site has not received. */
  async next(siteId: SiteId): Promise<Delivery | undefined> {
    const afterId = this.receipts.findLast((receipt) => receipt.siteId === siteId)?.id ?? 0;
    const [owed] = await this.database.read((reader) =>
      this.outbox.pending(reader, siteId, 1, afterId),
    );
    return owed === undefined
      ? undefined
      : { id: owed.id, message: owedMessageSchema.parse(owed.body) };
  }

  received(siteId: SiteId, id: number): void {
    this.receipts = [...this.receipts, { siteId, id }];
    this.timer ??= setTimeout(() => {
      this.write();
    }, WRITE_AFTER_MS);
  }

  /** @returns a function that ends the listening. */
  onOwed(listener: (siteId: SiteId) => void): () => void {
    return this.outbox.onEnqueued(listener);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.write();
    await this.writing;
  }

  private write(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.writing = this.writing
      .then(() => this.writeAll(this.receipts))
      .catch((error: unknown) => {
        this.log.error('receipts could not be written: sites get these messages again', error);
      });
  }

  private async writeAll(receipts: readonly Receipt[]): Promise<void> {
    if (receipts.length > 0) {
      await this.database.transaction(async (tx) => {
        for (const { siteId, id } of receipts) {
          await this.outbox.markDelivered(tx, siteId, id);
        }
      });
      this.receipts = this.receipts.filter((receipt) => !receipts.includes(receipt));
    }
  }
}
