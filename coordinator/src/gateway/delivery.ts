/**
 * Delivers to one connected site what it is owed: one message at a time, in order, until there is none; wakes when a
 * transaction has written another. What is not received stays in its row for the next connection.
 */
import type { Delivery } from '@consilium/shared/protocol';

/** The rows of the outbox, as a delivery sees them. */
export interface OwedMessages {
  /** The oldest message not yet received. */
  next(): Promise<Delivery | undefined>;
  received(id: number): void;
}

export interface Recipient {
  readonly isOpen: boolean;
  /** False when the connection ended before the receipt. */
  deliver(delivery: Delivery): Promise<boolean>;
}

export class DeliveryLoop {
  private isRunning = false;
  private isWoken = false;

  /** @param onFailure gets what the rows threw; the loop rests until it is woken again. */
  constructor(
    private readonly recipient: Recipient,
    private readonly owed: OwedMessages,
    private readonly onFailure: (error: unknown) => void,
  ) {}

  wake(): void {
    this.isWoken = true;
    if (!this.isRunning) {
      this.isRunning = true;
      void this.run();
    }
  }

  private async run(): Promise<void> {
    try {
      while (this.isWoken && this.recipient.isOpen) {
        this.isWoken = false;
        await this.deliverAll();
      }
    } catch (error) {
      this.onFailure(error);
    } finally {
      this.isRunning = false;
    }
  }

  private async deliverAll(): Promise<void> {
    for (let next = await this.owed.next(); next !== undefined; next = await this.owed.next()) {
      if (!(await this.recipient.deliver(next))) {
        return;
      }
      this.owed.received(next.id);
    }
  }
}
