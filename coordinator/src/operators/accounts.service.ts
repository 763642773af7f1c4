/** Accounts of people: made by an administrator with roles, activated by the person with a secret that works once. */
import { Injectable } from '@nestjs/common';
import { ConsiliumError, type OperatorId } from '@consilium/shared/vocabulary';
import { Database } from '../database/database.js';
import type { Transaction } from '../database/transaction.js';
import { Clock } from '../platform/clock.js';
import { AccountChanges } from './account-changes.js';
import { ApiTokens, type NewToken, type TokenWish } from './api-tokens.service.js';
import {
  checkGrant,
  freshSecret,
  hashSecret,
  newOperatorId,
  parseOperatorName,
  type Grant,
  type Operator,
} from './operator.js';
import { existing, requireOpen, requireOther } from './operator-grants.service.js';
import { OperatorRows } from './operator-rows.js';
import { PasskeyRemovals } from './passkey-removals.js';
import type { Passkey } from './passkeys.repository.js';

const ACTIVATION = 'activation';
const ACTIVATION_LIFE_MS = 72 * 3_600_000;

export interface Activation {
  readonly operatorId: OperatorId;
  /** Shown once, never stored; works once. */
  readonly activation: string;
  readonly expiresAtMs: number;
}

export interface Proofs {
  readonly passkeys: readonly Passkey[];
  /** Subjects of the OpenID provider. */
  readonly identities: number;
  /** Until when a secret that was given out activates the account. */
  readonly activationEndsAtMs?: number;
}

@Injectable()
export class Accounts {
  constructor(
    private readonly database: Database,
    private readonly rows: OperatorRows,
    private readonly tokens: ApiTokens,
    private readonly changes: AccountChanges,
    private readonly removals: PasskeyRemovals,
    private readonly clock: Clock,
  ) {}

  /** @throws ConsiliumError 'bad-request' | 'conflict' when the name is taken. */
  async create(by: OperatorId, name: string, grant: Grant): Promise<Activation> {
    return this.database.transaction(async (tx) => {
      const operator = await this.insert(tx, name, grant);
      await this.changes.record(tx, by, 'created', operator);
      return this.newActivation(tx, operator.operatorId);
    });
  }

  /**
   * The account of an administrator, for whoever holds the machine: with a token at once, and a password if there is one.
   * @throws ConsiliumError 'bad-request' | 'conflict'
   */
  async createAdministrator(
    name: string,
    passwordHash: string | undefined,
    wish: TokenWish,
  ): Promise<NewToken> {
    return this.database.transaction(async (tx) => {
      const operator = await this.insert(tx, name, { roles: ['platform-admin'], studies: [] });
      await this.changes.record(tx, operator.operatorId, 'created', operator);
      if (passwordHash !== undefined) {
        await this.rows.operators.setPassword(tx, operator.operatorId, passwordHash);
      }
      return this.tokens.create(tx, operator, wish);
    });
  }

  list(): Promise<Operator[]> {
    return this.database.read((reader) => this.rows.operators.list(reader));
  }

  /** @throws ConsiliumError 'not-found' */
  async get(operatorId: OperatorId): Promise<Operator> {
    const operator = await this.database.read((reader) =>
      this.rows.operators.find(reader, operatorId),
    );
    return existing(operator, operatorId);
  }

  /** What proves the person beside sessions and tokens. @throws ConsiliumError 'not-found' */
  async proofs(operatorId: OperatorId): Promise<Proofs> {
    return this.database.read(async (reader) => {
      const { operators, passkeys, credentials } = this.rows;
      existing(await operators.find(reader, operatorId), operatorId);
      const activation = await credentials.secretOf(reader, operatorId, ACTIVATION);
      const isOpen = activation !== undefined && activation.expiresAtMs >= this.clock.nowMs();
      return {
        passkeys: await passkeys.ofOperator(reader, operatorId),
        identities: (await operators.identities(reader, operatorId)).length,
        ...(isOpen ? { activationEndsAtMs: activation.expiresAtMs } : {}),
      };
    });
  }

  /**
   * A new secret for a person who lost the last one or the password; secrets before it are worthless. Passkeys are forgotten
   * for somebody else only: a stolen session of an administrator shall not shake its own second factor off. With them goes
   * whatever they, or a thief who has them, may have opened: sessions and tokens.
   * @throws ConsiliumError 'not-found' | 'wrong-state' for a closed account | 'not-permitted'
   */
  async renewActivation(
    by: OperatorId,
    operatorId: OperatorId,
    forgetPasskeys: boolean,
  ): Promise<Activation> {
    return this.database.transaction(async (tx) => {
      const operator = existing(await this.rows.operators.find(tx, operatorId), operatorId);
      requireOpen(operator);
      if (forgetPasskeys) {
        requireOther(by, operatorId, 'passkeys');
        await this.removals.removed(tx, await this.rows.passkeys.deleteAll(tx, operatorId));
        await this.rows.credentials.deleteSessions(tx, operatorId);
        await this.rows.credentials.deleteTokens(tx, operatorId);
      }
      const change = forgetPasskeys ? 'passkeys-reset' : 'activation-renewed';
      await this.changes.record(tx, by, change, operator);
      return this.newActivation(tx, operatorId);
    });
  }

  /** @returns whether the secret would activate an account now; costly work waits for that. */
  async isActivation(secret: string): Promise<boolean> {
    const found = await this.database.read((reader) =>
      this.rows.credentials.findSecret(reader, ACTIVATION, hashSecret(secret), this.clock.nowMs()),
    );
    return found !== undefined;
  }

  /**
   * Uses the secret up. Sets the password if there is one, and makes a token if one is wished for.
   * @throws ConsiliumError 'bad-invite', the same for every reason; 'not-permitted' for a token that would do without the
   * passkey of the account: the secret is then as good as before.
   */
  async activate(
    secret: string,
    { passwordHash, token }: { readonly passwordHash?: string; readonly token?: TokenWish },
  ): Promise<{ readonly operator: Operator; readonly token?: NewToken }> {
    return this.database.transaction(async (tx) => {
      const hash = hashSecret(secret);
      const taken = await this.rows.credentials.takeSecret(
        tx,
        ACTIVATION,
        hash,
        this.clock.nowMs(),
      );
      const operator = taken && (await this.rows.operators.find(tx, taken.operatorId ?? ''));
      if (operator === undefined || operator.disabledAtMs !== undefined) {
        throw badActivation();
      }
      const { operatorId } = operator;
      if (token !== undefined && (await this.rows.passkeys.ofOperator(tx, operatorId)).length > 0) {
        const message = 'this account has a passkey: set the password, sign in, then make a token';
        throw new ConsiliumError('not-permitted', message);
      }
      if (passwordHash !== undefined) {
        await this.rows.operators.setPassword(tx, operatorId, passwordHash);
        await this.rows.credentials.deleteSessions(tx, operatorId);
      }
      return {
        operator,
        ...(token === undefined ? {} : { token: await this.tokens.create(tx, operator, token) }),
      };
    });
  }

  private async insert(tx: Transaction, name: string, grant: Grant): Promise<Operator> {
    const operator: Operator = {
      operatorId: newOperatorId(),
      name: parseOperatorName(name),
      ...checkGrant(grant),
      createdAtMs: this.clock.nowMs(),
    };
    if ((await this.rows.operators.findByName(tx, name)) !== undefined) {
      throw new ConsiliumError('conflict', 'somebody has this name already');
    }
    await this.rows.operators.insert(tx, operator);
    return operator;
  }

  private async newActivation(tx: Transaction, operatorId: OperatorId): Promise<Activation> {
    const { secret, hash } = freshSecret('activate_');
    const nowMs = this.clock.nowMs();
    const expiresAtMs = nowMs + ACTIVATION_LIFE_MS;
    await this.rows.credentials.deleteSecrets(tx, operatorId, ACTIVATION);
    const row = { hash, purpose: ACTIVATION, operatorId, content: '{}', expiresAtMs };
    await this.rows.credentials.insertSecret(tx, row, nowMs);
    return { operatorId, activation: secret, expiresAtMs };
  }
}

export function badActivation(): ConsiliumError {
  return new ConsiliumError(
    'bad-invite',
    'the secret is wrong, used or expired: ask an administrator for a new one',
  );
}
