/**
 * Destroys the keys and shares of an attempt that ends, and removes after its transaction what is left: the updates, and the pages of the database's
 * write-ahead log that still hold the sealed key. A crash before is made good at the next start.
 */
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { AttemptId } from '@consilium/shared/vocabulary';
import { Database } from '../database/database.js';
import type { Transaction } from '../database/transaction.js';
import { Log } from '../platform/logging/log.js';
import { UploadsService } from '../updates/uploads.service.js';
import { AttemptRepository } from './attempt.repository.js';
import type { Attempt } from './attempt.js';
import { placeOf, RoundJournal } from './round-journal.js';
import { SecureAttemptRepository } from './secure-attempt.repository.js';

@Injectable()
export class KeyRemains implements OnApplicationBootstrap {
  private removing: Promise<void> = Promise.resolve();

  constructor(
    private readonly database: Database,
    private readonly attempts: AttemptRepository,
    private readonly secure: SecureAttemptRepository,
    private readonly journal: RoundJournal,
    private readonly uploads: UploadsService,
    private readonly log: Log,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.uploads.sweep(await this.database.read((reader) => this.attempts.openIds(reader)));
    await this.database.eraseDeleted();
  }

  /**
   * In the transaction that ends the attempt, whose row has lost the sealed key already: boxes and shares go, it is said, and
   * what else there is of the attempt goes after the commit.
   */
  async destroy(tx: Transaction, { attemptId, manifest }: Attempt): Promise<void> {
    const { aggregation } = manifest.body;
    await this.secure.erase(tx, attemptId);
    await this.journal.append(tx, {
      type: 'key.destroyed',
      ...placeOf(manifest.body),
      ...(aggregation.kind === 'plain' ? { aggregationKey: aggregation.key } : {}),
    });
    tx.afterCommit(() => {
      this.remove(attemptId);
    });
  }

  /** Starts at once and returns; failures are logged, and made good at the next start. */
  private remove(attemptId: AttemptId): void {
    this.removing = this.removing
      .then(() => this.uploads.discard(attemptId))
      .then(() => this.database.eraseDeleted())
      .catch((error: unknown) => {
        this.log.error('the remains of an attempt could not be removed', error, { attemptId });
      });
  }

  /** Resolves when nothing is being removed. */
  async settled(): Promise<void> {
    await this.removing;
  }
}
