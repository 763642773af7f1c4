/**
 * API tokens: several for each person, each for a part of the person's rights and for a while, shown once. What a token may do
 * is never more than what the roles of its owner allow at the time of use.
 */
import { Injectable } from '@nestjs/common';
import {
  ConsiliumError,
  rightsOfRoles,
  SENSITIVE_RIGHTS,
  type OperatorId,
  type Right,
} from '@consilium/shared/vocabulary';
import { Database } from '../database/database.js';
import type { Transaction } from '../database/transaction.js';
import { Clock } from '../platform/clock.js';
import type { OperatorActor } from '../platform/http/actor.js';
import { requireRecent } from '../platform/http/route-guard.js';
import { CredentialsRepository, type ApiToken } from './credentials.repository.js';
import { freshSecret, hashSecret, newHandle, type Operator } from './operator.js';
import { OperatorsRepository } from './operators.repository.js';

export const TOKEN_PREFIX = 'consilium_';
const DAY_MS = 86_400_000;
const PER_PERSON = 50;
/** How exactly the last use is known: a use does not cost a write each time. */
const USE_STEP_MS = 5 * 60_000;

export interface TokenWish {
  /** What it is for, in the person's words. */
  readonly label: string;
  /** All that are not sensitive, if not given. */
  readonly rights?: readonly Right[] | undefined;
  readonly days: number;
}

export interface NewToken extends ApiToken {
  /** Shown once, never stored. */
  readonly token: string;
}

@Injectable()
export class ApiTokens {
  constructor(
    private readonly database: Database,
    private readonly operators: OperatorsRepository,
    private readonly credentials: CredentialsRepository,
    private readonly clock: Clock,
  ) {}

  /** @throws ConsiliumError 'not-permitted' when a right is not the owner's, 'wrong-state' when there are too many. */
  async create(tx: Transaction, owner: Operator, wish: TokenWish): Promise<NewToken> {
    const own = rightsOfRoles(owner.roles);
    const rights = wish.rights ?? own.filter((right) => !SENSITIVE_RIGHTS.includes(right));
    requireSubset(rights, own, 'your roles');
    const { secret, hash } = freshSecret(TOKEN_PREFIX);
    const createdAtMs = this.clock.nowMs();
    const token: ApiToken = {
      tokenId: newHandle(),
      operatorId: owner.operatorId,
      label: wish.label,
      rights: own.filter((right) => rights.includes(right)),
      createdAtMs,
      expiresAtMs: createdAtMs + wish.days * DAY_MS,
    };
    await this.credentials.insertToken(tx, token, hash);
    if ((await this.credentials.tokens(tx, owner.operatorId)).length > PER_PERSON) {
      const message = `a person has at most ${PER_PERSON} API tokens: revoke one that is not used`;
      throw new ConsiliumError('wrong-state', message);
    }
    return { ...token, token: secret };
  }

  /**
   * A token made with a token has no more rights and no longer life than that one; a session that could be somebody else's
   * by now makes none.
   * @throws ConsiliumError 'not-permitted' | 'unauthenticated'
   */
  async createFor(actor: OperatorActor, wish: TokenWish): Promise<NewToken> {
    requireRecent(actor, SENSITIVE_RIGHTS, this.clock.nowMs());
    const rights = wish.rights ?? actor.rights.filter((right) => !SENSITIVE_RIGHTS.includes(right));
    requireSubset(rights, actor.rights, 'what you signed in with');
    const { proof } = actor;
    if (proof.kind === 'token' && this.clock.nowMs() + wish.days * DAY_MS > proof.expiresAtMs) {
      const message = 'a token made with a token ends no later than that one: take fewer days';
      throw new ConsiliumError('not-permitted', message);
    }
    return this.database.transaction(async (tx) => {
      const owner = await this.operators.find(tx, actor.operatorId);
      if (owner === undefined) {
        throw new ConsiliumError('unauthenticated', 'the account is gone');
      }
      return this.create(tx, owner, { ...wish, rights });
    });
  }

  list(operatorId: OperatorId): Promise<ApiToken[]> {
    return this.database.read((reader) => this.credentials.tokens(reader, operatorId));
  }

  /** @throws ConsiliumError 'not-found' */
  async revoke(operatorId: OperatorId, tokenId: string): Promise<void> {
    const existed = await this.database.transaction((tx) =>
      this.credentials.deleteToken(tx, operatorId, tokenId),
    );
    if (!existed) {
      throw new ConsiliumError('not-found', `no token of this person is called ${tokenId}`);
    }
  }

  /** @returns undefined unless the token is in time and its owner's account open. */
  async authenticate(secret: string): Promise<OperatorActor | undefined> {
    const found = await this.database.read(async (reader) => {
      const token = await this.credentials.findToken(reader, hashSecret(secret));
      const owner = token && (await this.operators.find(reader, token.operatorId));
      return token && owner ? { token, owner } : undefined;
    });
    const nowMs = this.clock.nowMs();
    if (
      found === undefined ||
      found.token.expiresAtMs <= nowMs ||
      found.owner.disabledAtMs !== undefined
    ) {
      return undefined;
    }
    const { token, owner } = found;
    if (nowMs - (token.usedAtMs ?? 0) > USE_STEP_MS) {
      await this.database.transaction((tx) =>
        this.credentials.touchToken(tx, token.tokenId, nowMs),
      );
    }
    const { tokenId, expiresAtMs } = token;
    return actorOf(owner, token.rights, { kind: 'token', tokenId, expiresAtMs });
  }
}

/** @param limit rights beyond these are left out; undefined leaves all of the roles. */
export function actorOf(
  owner: Operator,
  limit: readonly Right[] | undefined,
  proof: OperatorActor['proof'],
): OperatorActor {
  const { operatorId, roles, siteId, studies } = owner;
  return {
    kind: 'operator',
    operatorId,
    roles,
    rights: rightsOfRoles(roles).filter((right) => limit?.includes(right) ?? true),
    ...(siteId === undefined ? {} : { siteId }),
    studies,
    proof,
  };
}

function requireSubset(wanted: readonly Right[], held: readonly Right[], what: string): void {
  const missing = wanted.filter((right) => !held.includes(right));
  if (missing.length > 0) {
    throw new ConsiliumError('not-permitted', `${what} do not include ${missing.join(', ')}`);
  }
}
