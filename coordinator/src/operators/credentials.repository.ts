/** The rows of what proves a person. Expired ones are removed whenever a new one is made. */
import { Injectable } from '@nestjs/common';
import type { OperatorId, Right } from '@consilium/shared/vocabulary';
import { LessThan, Not } from 'typeorm';
import type { Reader, Transaction } from '../database/transaction.js';
import { Signal } from '../platform/signal.js';
import { OneTimeSecretEntity, SessionEntity, TokenEntity } from './credential.entity.js';

export interface ApiToken {
  readonly tokenId: string;
  readonly operatorId: OperatorId;
  readonly label: string;
  readonly rights: readonly Right[];
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  readonly usedAtMs?: number;
}

export type SignInMethod = 'password' | 'passkey' | 'oidc' | 'link';

export interface Session {
  readonly sessionId: string;
  readonly operatorId: OperatorId;
  readonly method: SignInMethod;
  readonly createdAtMs: number;
  readonly seenAtMs: number;
  readonly authenticatedAtMs: number;
}

export interface OneTimeSecret {
  readonly hash: string;
  readonly purpose: string;
  readonly operatorId?: OperatorId;
  /** JSON. */
  readonly content: string;
  readonly expiresAtMs: number;
}

@Injectable()
export class CredentialsRepository {
  /** Fires after the commit of a transaction that ended sessions or revoked tokens. */
  readonly withdrawn = new Signal();

  async insertToken(tx: Transaction, token: ApiToken, hash: string): Promise<void> {
    await tx.rows.delete(TokenEntity, { expiresAtMs: LessThan(token.createdAtMs) });
    const { rights, usedAtMs, ...columns } = token;
    await tx.rows.insert(TokenEntity, {
      ...columns,
      hash,
      rights: JSON.stringify(rights),
      usedAtMs: usedAtMs ?? null,
    });
  }

  async findToken(reader: Reader, hash: string): Promise<ApiToken | undefined> {
    const row = await reader.rows.findOneBy(TokenEntity, { hash });
    return row === null ? undefined : toToken(row);
  }

  async tokens(reader: Reader, operatorId: OperatorId): Promise<ApiToken[]> {
    const rows = await reader.rows.find(TokenEntity, {
      where: { operatorId },
      order: { createdAtMs: 'ASC', tokenId: 'ASC' },
    });
    return rows.map(toToken);
  }

  async touchToken(tx: Transaction, tokenId: string, usedAtMs: number): Promise<void> {
    await tx.rows.update(TokenEntity, { tokenId }, { usedAtMs });
  }

  /** @returns whether there was one. */
  async deleteToken(tx: Transaction, operatorId: OperatorId, tokenId: string): Promise<boolean> {
    this.tellAfter(tx);
    return wasDeleted(await tx.rows.delete(TokenEntity, { operatorId, tokenId }));
  }

  async deleteTokens(tx: Transaction, operatorId: OperatorId): Promise<void> {
    this.tellAfter(tx);
    await tx.rows.delete(TokenEntity, { operatorId });
  }

  async insertSession(
    tx: Transaction,
    session: Session,
    { hash, oldestMs }: { readonly hash: string; readonly oldestMs: number },
  ): Promise<void> {
    await tx.rows.delete(SessionEntity, { createdAtMs: LessThan(oldestMs) });
    await tx.rows.insert(SessionEntity, { ...session, hash });
  }

  async findSession(reader: Reader, hash: string): Promise<Session | undefined> {
    const row = await reader.rows.findOneBy(SessionEntity, { hash });
    return row === null ? undefined : toSession(row);
  }

  async sessions(reader: Reader, operatorId: OperatorId): Promise<Session[]> {
    const rows = await reader.rows.find(SessionEntity, {
      where: { operatorId },
      order: { createdAtMs: 'ASC', sessionId: 'ASC' },
    });
    return rows.map(toSession);
  }

  async touchSession(tx: Transaction, sessionId: string, seenAtMs: number): Promise<void> {
    await tx.rows.update(SessionEntity, { sessionId }, { seenAtMs });
  }

  /** @returns whether there was one. */
  async deleteSession(
    tx: Transaction,
    operatorId: OperatorId,
    sessionId: string,
  ): Promise<boolean> {
    this.tellAfter(tx);
    return wasDeleted(await tx.rows.delete(SessionEntity, { operatorId, sessionId }));
  }

  /** @param but a session that stays. */
  async deleteSessions(tx: Transaction, operatorId: OperatorId, but?: string): Promise<void> {
    this.tellAfter(tx);
    const others = but === undefined ? {} : { sessionId: Not(but) };
    await tx.rows.delete(SessionEntity, { operatorId, ...others });
  }

  async insertSecret(tx: Transaction, secret: OneTimeSecret, nowMs: number): Promise<void> {
    await tx.rows.delete(OneTimeSecretEntity, { expiresAtMs: LessThan(nowMs) });
    await tx.rows.insert(OneTimeSecretEntity, { ...secret, operatorId: secret.operatorId ?? null });
  }

  async findSecret(
    reader: Reader,
    purpose: string,
    hash: string,
    nowMs: number,
  ): Promise<OneTimeSecret | undefined> {
    const row = await reader.rows.findOneBy(OneTimeSecretEntity, { purpose, hash });
    return row === null || row.expiresAtMs < nowMs ? undefined : toSecret(row);
  }

  /** The newest of a purpose that was made for a person, in time or not. */
  async secretOf(
    reader: Reader,
    operatorId: OperatorId,
    purpose: string,
  ): Promise<OneTimeSecret | undefined> {
    const row = await reader.rows.findOne(OneTimeSecretEntity, {
      where: { operatorId, purpose },
      order: { expiresAtMs: 'DESC' },
    });
    return row === null ? undefined : toSecret(row);
  }

  /** Uses the secret up. @returns undefined when there is none that is in time. */
  async takeSecret(
    tx: Transaction,
    purpose: string,
    hash: string,
    nowMs: number,
  ): Promise<OneTimeSecret | undefined> {
    const found = await this.findSecret(tx, purpose, hash, nowMs);
    await tx.rows.delete(OneTimeSecretEntity, { purpose, hash });
    return found;
  }

  /** A new secret of a purpose makes those before it worthless. */
  async deleteSecrets(tx: Transaction, operatorId: OperatorId, purpose: string): Promise<void> {
    await tx.rows.delete(OneTimeSecretEntity, { operatorId, purpose });
  }

  /** Whatever the person has begun or could begin. */
  async deleteAllSecrets(tx: Transaction, operatorId: OperatorId): Promise<void> {
    await tx.rows.delete(OneTimeSecretEntity, { operatorId });
  }

  private tellAfter(tx: Transaction): void {
    tx.afterCommit(() => {
      this.withdrawn.fire();
    });
  }
}

function wasDeleted({ affected }: { readonly affected?: number | null }): boolean {
  return (affected ?? 0) > 0;
}

function toToken(row: TokenEntity): ApiToken {
  return {
    tokenId: row.tokenId,
    operatorId: row.operatorId as OperatorId,
    label: row.label,
    rights: JSON.parse(row.rights) as Right[],
    createdAtMs: row.createdAtMs,
    expiresAtMs: row.expiresAtMs,
    ...(row.usedAtMs === null ? {} : { usedAtMs: row.usedAtMs }),
  };
}

function toSession(row: SessionEntity): Session {
  return {
    sessionId: row.sessionId,
    operatorId: row.operatorId as OperatorId,
    method: row.method as SignInMethod,
    createdAtMs: row.createdAtMs,
    seenAtMs: row.seenAtMs,
    authenticatedAtMs: row.authenticatedAtMs,
  };
}

function toSecret(row: OneTimeSecretEntity): OneTimeSecret {
  return {
    hash: row.hash,
    purpose: row.purpose,
    ...(row.operatorId === null ? {} : { operatorId: row.operatorId as OperatorId }),
    content: row.content,
    expiresAtMs: row.expiresAtMs,
  };
}
