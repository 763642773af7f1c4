/** What was prepared for people to sign: a signature counts for the very body that was shown, in time, and once. */
import { Inject, Injectable } from '@nestjs/common';
import { contentHashOf, randomBytes } from '@consilium/shared/crypto';
import { toBase64, type Json } from '@consilium/shared/encoding';
import { ConsiliumError, type OperatorId } from '@consilium/shared/vocabulary';
import { CONFIG } from '../config/config.module.js';
import type { CoordinatorConfig } from '../config/config-schema.js';
import { Database } from '../database/database.js';
import type { Transaction } from '../database/transaction.js';
import { Clock } from '../platform/clock.js';
import { ActsRepository } from './acts.repository.js';

/** Long enough to read a study protocol once more. */
const VALID_MS = 15 * 60_000;

@Injectable()
export class SigningRequests {
  constructor(
    private readonly database: Database,
    private readonly acts: ActsRepository,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: CoordinatorConfig,
  ) {}

  /** The addresses of the pages on which passkeys may sign. */
  origins(): string[] {
    return this.config.publicUrl === undefined ? [] : [new URL(this.config.publicUrl).origin];
  }

  /** @returns 32 random bytes in base64 for the body. */
  challenge(): string {
    return toBase64(randomBytes(32));
  }

  async open(operatorId: OperatorId, body: Json): Promise<void> {
    const nowMs = this.clock.nowMs();
    const request = { bodyHash: contentHashOf(body), operatorId, expiresAtMs: nowMs + VALID_MS };
    await this.database.transaction((tx) => this.acts.addRequest(tx, request, nowMs));
  }

  /** @throws ConsiliumError 'conflict' for a body that was not prepared for this person, or was signed or expired since. */
  async close(tx: Transaction, operatorId: OperatorId, body: Json): Promise<void> {
    const request = { bodyHash: contentHashOf(body), operatorId };
    if (!(await this.acts.takeRequest(tx, request, this.clock.nowMs()))) {
      const minutes = VALID_MS / 60_000;
      throw new ConsiliumError(
        'conflict',
        `this was not prepared for you, is signed already or is older than ${minutes} minutes: prepare it anew`,
      );
    }
  }
}
