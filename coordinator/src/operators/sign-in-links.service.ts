/**
 * Links with which a person signs in once, without a password: made on the coordinator's own machine alone, by whoever could make
 * an administrator there. No token and no session makes one, or it would give away more than it has. A link holds for ten minutes
 * and one use, asks for the passkey of an account that has one, and never counts as a proof for what wants a fresh one. Each is a
 * leaf of the log.
 */
import { Injectable } from '@nestjs/common';
import { ConsiliumError, type OperatorId } from '@consilium/shared/vocabulary';
import { Database } from '../database/database.js';
import { Clock } from '../platform/clock.js';
import { AccountChanges } from './account-changes.js';
import { freshSecret, hashSecret, type Operator } from './operator.js';
import { requireOpen } from './operator-grants.service.js';
import { OperatorRows } from './operator-rows.js';

const SIGN_IN_LINK = 'sign-in-link';
const LIFE_MS = 10 * 60_000;

/** Older than everything that asks for a recent proof allows. */
export const NEVER_MS = 0;

export interface SignInLink {
  readonly operatorId: OperatorId;
  /** Below the coordinator's address. The secret is in the fragment, which browsers send to nobody. */
  readonly path: string;
  readonly expiresAtMs: number;
}

@Injectable()
export class SignInLinks {
  constructor(
    private readonly database: Database,
    private readonly rows: OperatorRows,
    private readonly changes: AccountChanges,
    private readonly clock: Clock,
  ) {}

  /**
   * Links of the account before it are worthless.
   * @throws ConsiliumError 'not-found' | 'wrong-state' for a closed account
   */
  async make(name: string): Promise<SignInLink> {
    return this.database.transaction(async (tx) => {
      const operator = await this.rows.operators.findByName(tx, name);
      if (operator === undefined) {
        throw new ConsiliumError('not-found', `nobody has the name ${name}`);
      }
      requireOpen(operator);
      const { operatorId } = operator;
      const { secret, hash } = freshSecret('signin_');
      const nowMs = this.clock.nowMs();
      const expiresAtMs = nowMs + LIFE_MS;
      await this.rows.credentials.deleteSecrets(tx, operatorId, SIGN_IN_LINK);
      const row = { hash, purpose: SIGN_IN_LINK, operatorId, content: '{}', expiresAtMs };
      await this.rows.credentials.insertSecret(tx, row, nowMs);
      await this.changes.record(tx, operatorId, 'sign-in-link-made', operator);
      return { operatorId, path: `/login?back=/console/#link=${secret}`, expiresAtMs };
    });
  }

  /** Uses the link up. @throws ConsiliumError 'unauthenticated', the same for every reason */
  async take(secret: string): Promise<Operator> {
    return this.database.transaction(async (tx) => {
      const { credentials, operators } = this.rows;
      const hash = hashSecret(secret);
      const taken = await credentials.takeSecret(tx, SIGN_IN_LINK, hash, this.clock.nowMs());
      const operator = taken && (await operators.find(tx, taken.operatorId ?? ''));
      if (operator === undefined || operator.disabledAtMs !== undefined) {
        throw new ConsiliumError(
          'unauthenticated',
          'the link is wrong, used or older than ten minutes: sign in, or have a new one made on the machine of the coordinator',
        );
      }
      return operator;
    });
  }
}
