/**
 * Signing in, step by step: a first proof (password or OpenID provider), then the passkey if the person has one, then a
 * session. Whoever fails learns nothing: not whether there is such a name, nor which part was wrong.
 */
import { Injectable } from '@nestjs/common';
import { ConsiliumError, type OperatorId } from '@consilium/shared/vocabulary';
import { Database } from '../database/database.js';
import { Clock } from '../platform/clock.js';
import type { SignInMethod } from './credentials.repository.js';
import { freshSecret, hashSecret, type Operator } from './operator.js';
import { OperatorRows } from './operator-rows.js';
import { Passwords } from './passwords.js';
import { Sessions, type OpenedSession } from './sessions.service.js';
import { SignInAttempts } from './sign-in-attempts.js';

const PENDING = 'pending';
const PENDING_LIFE_MS = 5 * 60_000;

export type SignedIn =
  | ({ readonly kind: 'signed-in' } & OpenedSession)
  /** @property pending for the cookie that goes on with the passkey. */
  | { readonly kind: 'passkey-needed'; readonly pending: string };

@Injectable()
export class SignIn {
  constructor(
    private readonly database: Database,
    private readonly rows: OperatorRows,
    private readonly passwords: Passwords,
    private readonly sessions: Sessions,
    private readonly attempts: SignInAttempts,
    private readonly clock: Clock,
  ) {}

  /**
   * @param replaced the browser's session so far.
   * @throws ConsiliumError 'unauthenticated', the same for every reason; 'quota-exceeded' while the name has to wait.
   */
  async withPassword(
    name: string,
    password: string,
    replaced: string | undefined,
  ): Promise<SignedIn> {
    await this.attempts.begin(name);
    const operator = await this.database.read((reader) =>
      this.rows.operators.findByName(reader, name),
    );
    const holds = await this.passwords.verify(operator?.passwordHash, password);
    if (!holds || operator === undefined || operator.disabledAtMs !== undefined) {
      throw new ConsiliumError('unauthenticated', 'name or password is wrong');
    }
    await this.attempts.succeeded(name);
    return this.afterFirstProof(operator, 'password', replaced);
  }

  /** @param authenticatedAtMs when the person last proved who it is. */
  async afterFirstProof(
    { operatorId }: Operator,
    method: SignInMethod,
    replaced: string | undefined,
    authenticatedAtMs?: number,
  ): Promise<SignedIn> {
    const passkeys = await this.database.read((reader) =>
      this.rows.passkeys.ofOperator(reader, operatorId),
    );
    if (passkeys.length === 0) {
      const opened = await this.sessions.open(operatorId, method, replaced, authenticatedAtMs);
      return { kind: 'signed-in', ...opened };
    }
    const { secret, hash } = freshSecret('');
    const nowMs = this.clock.nowMs();
    const expiresAtMs = nowMs + PENDING_LIFE_MS;
    await this.database.transaction((tx) =>
      this.rows.credentials.insertSecret(
        tx,
        { hash, purpose: PENDING, operatorId, content: '{}', expiresAtMs },
        nowMs,
      ),
    );
    return { kind: 'passkey-needed', pending: secret };
  }

  /** Whose passkey is awaited. @returns undefined when the sign-in has not begun or is too old. */
  async pendingOf(secret: string): Promise<OperatorId | undefined> {
    const found = await this.database.read((reader) =>
      this.rows.credentials.findSecret(reader, PENDING, hashSecret(secret), this.clock.nowMs()),
    );
    return found?.operatorId;
  }

  /** Uses the begun sign-in up, so that one right password allows one try with a passkey. */
  async takePending(secret: string): Promise<OperatorId> {
    const taken = await this.database.transaction((tx) =>
      this.rows.credentials.takeSecret(tx, PENDING, hashSecret(secret), this.clock.nowMs()),
    );
    if (taken?.operatorId === undefined) {
      throw new ConsiliumError('unauthenticated', 'this sign-in is over: begin again');
    }
    return taken.operatorId;
  }
}
