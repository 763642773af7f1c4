/** The rows of passkeys. */
import { Injectable } from '@nestjs/common';
import type { OperatorId } from '@consilium/shared/vocabulary';
import type { Reader, Transaction } from '../database/transaction.js';
import { PasskeyEntity } from './credential.entity.js';

export interface Passkey {
  /** base64url. */
  readonly credentialId: string;
  readonly operatorId: OperatorId;
  readonly label: string;
  /** COSE_Key (RFC 9052 section 7). */
  readonly publicKey: Uint8Array;
  /** The signature counter that was seen last; an authenticator without one stays at 0. */
  readonly counter: number;
  readonly transports: readonly string[];
  readonly createdAtMs: number;
  readonly usedAtMs?: number;
}

@Injectable()
export class PasskeysRepository {
  async insert(tx: Transaction, passkey: Passkey): Promise<void> {
    const { publicKey, transports, usedAtMs, ...columns } = passkey;
    await tx.rows.insert(PasskeyEntity, {
      ...columns,
      publicKey: Buffer.from(publicKey),
      transports: JSON.stringify(transports),
      usedAtMs: usedAtMs ?? null,
    });
  }

  async find(reader: Reader, credentialId: string): Promise<Passkey | undefined> {
    const row = await reader.rows.findOneBy(PasskeyEntity, { credentialId });
    return row === null ? undefined : toPasskey(row);
  }

  async ofOperator(reader: Reader, operatorId: OperatorId): Promise<Passkey[]> {
    const rows = await reader.rows.find(PasskeyEntity, {
      where: { operatorId },
      order: { createdAtMs: 'ASC', credentialId: 'ASC' },
    });
    return rows.map(toPasskey);
  }

  async used(
    tx: Transaction,
    credentialId: string,
    counter: number,
    usedAtMs: number,
  ): Promise<void> {
    await tx.rows.update(PasskeyEntity, { credentialId }, { counter, usedAtMs });
  }

  async rename(tx: Transaction, credentialId: string, label: string): Promise<void> {
    await tx.rows.update(PasskeyEntity, { credentialId }, { label });
  }

  /** @returns the one that there was. */
  async delete(
    tx: Transaction,
    operatorId: OperatorId,
    credentialId: string,
  ): Promise<Passkey | undefined> {
    const row = await tx.rows.findOneBy(PasskeyEntity, { operatorId, credentialId });
    await tx.rows.delete(PasskeyEntity, { operatorId, credentialId });
    return row === null ? undefined : toPasskey(row);
  }

  /** @returns those that there were. */
  async deleteAll(tx: Transaction, operatorId: OperatorId): Promise<Passkey[]> {
    const all = await this.ofOperator(tx, operatorId);
    await tx.rows.delete(PasskeyEntity, { operatorId });
    return all;
  }
}

function toPasskey(row: PasskeyEntity): Passkey {
  return {
    credentialId: row.credentialId,
    operatorId: row.operatorId as OperatorId,
    label: row.label,
    publicKey: new Uint8Array(row.publicKey),
    counter: row.counter,
    transports: JSON.parse(row.transports) as string[],
    createdAtMs: row.createdAtMs,
    ...(row.usedAtMs === null ? {} : { usedAtMs: row.usedAtMs }),
  };
}
