/**
 * Removes what is left of an ended attempt after its transaction: the encrypted updates, and the pages of the database's
 * write-ahead log that still hold the sealed key. A crash before is made good at the next start.
 */
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { AttemptId } from '@consilium/shared/vocabulary';
import { Database } from '../database/database.js';
import { Log } from '../platform/logging/log.js';
import { UploadsService } from '../updates/uploads.service.js';
import { AttemptRepository } from './attempt.repository.js';

@Injectable()
export class KeyRemains implements OnApplicationBootstrap {
  private removing: Promise<void> = Promise.resolve();

  constructor(
    private readonly database: Database,
    private readonly attempts: AttemptRepository,
    private readonly uploads: UploadsService,
    private readonly log: Log,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.uploads.sweep(await this.database.read((reader) => this.attempts.openIds(reader)));
    await this.database.eraseDeleted();
  }

  /** Starts at once and returns; failures are logged, and made good at the next start. */
  remove(attemptId: AttemptId): void {
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
