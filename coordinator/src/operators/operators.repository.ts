/** The rows of people and of their OpenID subjects. */
import { Injectable } from '@nestjs/common';
import type { OperatorId, OperatorRole, SiteId } from '@consilium/shared/vocabulary';
import type { Reader, Transaction } from '../database/transaction.js';
import type { Grant, Operator } from './operator.js';
import { OperatorEntity, OperatorIdentityEntity } from './operator.entity.js';

export interface Identity {
  readonly issuer: string;
  /** The `sub` claim. */
  readonly subject: string;
}

@Injectable()
export class OperatorsRepository {
  async insert(tx: Transaction, operator: Operator): Promise<void> {
    const { operatorId, name, passwordHash, createdAtMs, disabledAtMs } = operator;
    await tx.rows.insert(OperatorEntity, {
      operatorId,
      name,
      ...toColumns(operator),
      passwordHash: passwordHash ?? null,
      createdAtMs,
      disabledAtMs: disabledAtMs ?? null,
    });
  }

  async find(reader: Reader, operatorId: string): Promise<Operator | undefined> {
    return toOperator(await reader.rows.findOneBy(OperatorEntity, { operatorId }));
  }

  async findByName(reader: Reader, name: string): Promise<Operator | undefined> {
    return toOperator(await reader.rows.findOneBy(OperatorEntity, { name }));
  }

  async list(reader: Reader): Promise<Operator[]> {
    const rows = await reader.rows.find(OperatorEntity, { order: { name: 'ASC' } });
    return rows.flatMap((row) => toOperator(row) ?? []);
  }

  async setGrant(tx: Transaction, operatorId: OperatorId, grant: Grant): Promise<void> {
    await tx.rows.update(OperatorEntity, { operatorId }, toColumns(grant));
  }

  async setPassword(tx: Transaction, operatorId: OperatorId, passwordHash: string): Promise<void> {
    await tx.rows.update(OperatorEntity, { operatorId }, { passwordHash });
  }

  /** @param atMs when the account was closed; undefined opens it again. */
  async setDisabled(tx: Transaction, operatorId: OperatorId, atMs?: number): Promise<void> {
    await tx.rows.update(OperatorEntity, { operatorId }, { disabledAtMs: atMs ?? null });
  }

  async insertIdentity(
    tx: Transaction,
    { issuer, subject }: Identity,
    operatorId: OperatorId,
  ): Promise<void> {
    await tx.rows.insert(OperatorIdentityEntity, { issuer, subject, operatorId });
  }

  async findByIdentity(
    reader: Reader,
    { issuer, subject }: Identity,
  ): Promise<Operator | undefined> {
    const row = await reader.rows.findOneBy(OperatorIdentityEntity, { issuer, subject });
    return row === null ? undefined : this.find(reader, row.operatorId);
  }

  async identities(reader: Reader, operatorId: OperatorId): Promise<Identity[]> {
    const rows = await reader.rows.findBy(OperatorIdentityEntity, { operatorId });
    return rows.map(({ issuer, subject }) => ({ issuer, subject }));
  }

  async deleteIdentities(tx: Transaction, operatorId: OperatorId): Promise<void> {
    await tx.rows.delete(OperatorIdentityEntity, { operatorId });
  }
}

function toColumns({ roles, siteId, studies }: Grant): {
  roles: string;
  siteId: string | null;
  studies: string;
} {
  return {
    roles: JSON.stringify(roles),
    siteId: siteId ?? null,
    studies: JSON.stringify(studies),
  };
}

function toOperator(row: OperatorEntity | null): Operator | undefined {
  if (row === null) {
    return undefined;
  }
  return {
    operatorId: row.operatorId as OperatorId,
    name: row.name,
    roles: JSON.parse(row.roles) as OperatorRole[],
    ...(row.siteId === null ? {} : { siteId: row.siteId as SiteId }),
    studies: JSON.parse(row.studies) as string[],
    ...(row.passwordHash === null ? {} : { passwordHash: row.passwordHash }),
    createdAtMs: row.createdAtMs,
    ...(row.disabledAtMs === null ? {} : { disabledAtMs: row.disabledAtMs }),
  };
}
