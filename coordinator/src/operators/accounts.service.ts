/**
 * Accounts of people: made by an administrator with roles, activated by the person with a secret that works once. Whoever
 * changes an account changes somebody else's: nobody gives rights to himself, and one administrator always stays.
 */
import { Injectable } from '@nestjs/common';
import { ConsiliumError, type OperatorId } from '@consilium/shared/vocabulary';
import { Database } from '../database/database.js';
import type { Transaction } from '../database/transaction.js';
import { Clock } from '../platform/clock.js';
import { ApiTokens, type NewToken, type TokenWish } from './api-tokens.service.js';
import { CredentialsRepository } from './credentials.repository.js';
import {
  checkGrant,
  freshSecret,
  hashSecret,
  newOperatorId,
  parseOperatorName,
  type Grant,
  type Operator,
} from './operator.js';
import { OperatorsRepository } from './operators.repository.js';
import { PasskeysRepository } from './passkeys.repository.js';

const ACTIVATION = 'activation';
const ACTIVATION_LIFE_MS = 72 * 3_600_000;

export interface Activation {
  readonly operatorId: OperatorId;
  /** Shown once, never stored; works once. */
  readonly activation: string;
  readonly expiresAtMs: number;
}

@Injectable()
export class Accounts {
  constructor(
    private readonly database: Database,
    private readonly operators: OperatorsRepository,
    private readonly credentials: CredentialsRepository,
    private readonly passkeys: PasskeysRepository,
    private readonly tokens: ApiTokens,
    private readonly clock: Clock,
  ) {}

  /** @throws ConsiliumError 'bad-request' | 'conflict' when the name is taken. */
  async create(name: string, grant: Grant): Promise<Activation> {
    return this.database.transaction(async (tx) => {
      const { operatorId } = await this.insert(tx, name, grant);
      return this.newActivation(tx, operatorId);
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
      if (passwordHash !== undefined) {
        await this.operators.setPassword(tx, operator.operatorId, passwordHash);
      }
      return this.tokens.create(tx, operator, wish);
    });
  }

  list(): Promise<Operator[]> {
    return this.database.read((reader) => this.operators.list(reader));
  }

  /** @throws ConsiliumError 'not-found' */
  async get(operatorId: OperatorId): Promise<Operator> {
    const operator = await this.database.read((reader) => this.operators.find(reader, operatorId));
    return existing(operator, operatorId);
  }

  /** A new secret for a person who lost the last one or the password; secrets before it are worthless. */
  async renewActivation(operatorId: OperatorId, forgetPasskeys: boolean): Promise<Activation> {
    return this.database.transaction(async (tx) => {
      requireOpen(existing(await this.operators.find(tx, operatorId), operatorId));
      if (forgetPasskeys) {
        await this.passkeys.deleteAll(tx, operatorId);
      }
      return this.newActivation(tx, operatorId);
    });
  }

  /** Ends every session of the person; tokens go on with what the new roles leave of their rights. */
  async changeGrant(by: OperatorId, operatorId: OperatorId, grant: Grant): Promise<Operator> {
    const checked = checkGrant(grant);
    return this.database.transaction(async (tx) => {
      existing(await this.operators.find(tx, operatorId), operatorId);
      requireOther(by, operatorId, 'roles');
      await this.operators.setGrant(tx, operatorId, checked);
      await this.requireAdministrator(tx);
      await this.credentials.deleteSessions(tx, operatorId);
      return existing(await this.operators.find(tx, operatorId), operatorId);
    });
  }

  /** Closes the account: sessions, tokens and unused secrets end at once. */
  async disable(by: OperatorId, operatorId: OperatorId): Promise<void> {
    await this.database.transaction(async (tx) => {
      existing(await this.operators.find(tx, operatorId), operatorId);
      requireOther(by, operatorId, 'account');
      await this.operators.setDisabled(tx, operatorId, this.clock.nowMs());
      await this.requireAdministrator(tx);
      await this.credentials.deleteSessions(tx, operatorId);
      await this.credentials.deleteTokens(tx, operatorId);
      await this.credentials.deleteSecrets(tx, operatorId, ACTIVATION);
    });
  }

  /** @returns whether the secret would activate an account now; costly work waits for that. */
  async isActivation(secret: string): Promise<boolean> {
    const found = await this.database.read((reader) =>
      this.credentials.findSecret(reader, ACTIVATION, hashSecret(secret), this.clock.nowMs()),
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
      const taken = await this.credentials.takeSecret(tx, ACTIVATION, hash, this.clock.nowMs());
      const operator = taken && (await this.operators.find(tx, taken.operatorId ?? ''));
      if (operator === undefined || operator.disabledAtMs !== undefined) {
        throw badActivation();
      }
      const { operatorId } = operator;
      if (token !== undefined && (await this.passkeys.ofOperator(tx, operatorId)).length > 0) {
        const message = 'this account has a passkey: set the password, sign in, then make a token';
        throw new ConsiliumError('not-permitted', message);
      }
      if (passwordHash !== undefined) {
        await this.operators.setPassword(tx, operatorId, passwordHash);
        await this.credentials.deleteSessions(tx, operatorId);
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
    if ((await this.operators.findByName(tx, name)) !== undefined) {
      throw new ConsiliumError('conflict', 'somebody has this name already');
    }
    await this.operators.insert(tx, operator);
    return operator;
  }

  private async newActivation(tx: Transaction, operatorId: OperatorId): Promise<Activation> {
    const { secret, hash } = freshSecret('activate_');
    const nowMs = this.clock.nowMs();
    const expiresAtMs = nowMs + ACTIVATION_LIFE_MS;
    await this.credentials.deleteSecrets(tx, operatorId, ACTIVATION);
    const row = { hash, purpose: ACTIVATION, operatorId, content: '{}', expiresAtMs };
    await this.credentials.insertSecret(tx, row, nowMs);
    return { operatorId, activation: secret, expiresAtMs };
  }

  private async requireAdministrator(tx: Transaction): Promise<void> {
    const everybody = await this.operators.list(tx);
    const isKept = everybody.some(
      ({ roles, disabledAtMs }) => roles.includes('platform-admin') && disabledAtMs === undefined,
    );
    if (!isKept) {
      throw new ConsiliumError('wrong-state', 'this is the last administrator: make another first');
    }
  }
}

export function badActivation(): ConsiliumError {
  return new ConsiliumError(
    'bad-invite',
    'the secret is wrong, used or expired: ask an administrator for a new one',
  );
}

function existing(operator: Operator | undefined, operatorId: OperatorId): Operator {
  if (operator === undefined) {
    throw new ConsiliumError('not-found', `nobody is called ${operatorId}`);
  }
  return operator;
}

function requireOpen({ operatorId, disabledAtMs }: Operator): void {
  if (disabledAtMs !== undefined) {
    throw new ConsiliumError('wrong-state', `the account ${operatorId} is closed`);
  }
}

function requireOther(by: OperatorId, operatorId: OperatorId, what: string): void {
  if (by === operatorId) {
    throw new ConsiliumError('not-permitted', `another administrator changes your ${what}`);
  }
}
