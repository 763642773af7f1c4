/** The rows of people's keys, of what they were asked to sign, and of what they signed. */
import { Injectable } from '@nestjs/common';
import { canonicalJson } from '@consilium/shared/encoding';
import {
  personKeyKindSchema,
  signedActSchema,
  type PersonKeyKind,
  type SignedAct,
} from '@consilium/shared/protocol';
import type { ContentHash, KeyId, OperatorId, StudyId } from '@consilium/shared/vocabulary';
import { LessThan } from 'typeorm';
import type { Reader, Transaction } from '../database/transaction.js';
import { ActEntity, PersonKeyEntity, SigningRequestEntity } from './act.entity.js';

export interface RegisteredKey {
  readonly keyId: KeyId;
  readonly operatorId: OperatorId;
  readonly kind: PersonKeyKind;
  /** Base64. */
  readonly publicKey: string;
  readonly addedAtMs: number;
  readonly removedAtMs?: number;
}

export interface RecordedAct {
  readonly leafIndex: number;
  readonly signed: SignedAct;
}

interface SigningRequest {
  /** Of the body that is to be signed. */
  readonly bodyHash: ContentHash;
  readonly operatorId: OperatorId;
  readonly expiresAtMs: number;
}

@Injectable()
export class ActsRepository {
  async addKey(tx: Transaction, key: RegisteredKey): Promise<void> {
    await tx.rows.insert(PersonKeyEntity, { ...key, removedAtMs: key.removedAtMs ?? null });
  }

  async key(reader: Reader, keyId: KeyId): Promise<RegisteredKey | undefined> {
    const row = await reader.rows.findOneBy(PersonKeyEntity, { keyId });
    return row === null ? undefined : toKey(row);
  }

  /** In the order in which they were added. */
  async keysOf(reader: Reader, operatorId: OperatorId): Promise<RegisteredKey[]> {
    const rows = await reader.rows.find(PersonKeyEntity, {
      where: { operatorId },
      order: { addedAtMs: 'ASC', keyId: 'ASC' },
    });
    return rows.map(toKey);
  }

  async removeKey(tx: Transaction, keyId: KeyId, removedAtMs: number): Promise<void> {
    await tx.rows.update(PersonKeyEntity, { keyId }, { removedAtMs });
  }

  /** Keeps what a person may now sign, and lets go of what nobody signed in time. */
  async addRequest(tx: Transaction, request: SigningRequest, nowMs: number): Promise<void> {
    await tx.rows.delete(SigningRequestEntity, { expiresAtMs: LessThan(nowMs) });
    await tx.rows.insert(SigningRequestEntity, { ...request });
  }

  /** @returns whether there was one for this person that has not expired; it is gone afterwards. */
  async takeRequest(
    tx: Transaction,
    { bodyHash, operatorId }: Pick<SigningRequest, 'bodyHash' | 'operatorId'>,
    nowMs: number,
  ): Promise<boolean> {
    const row = await tx.rows.findOneBy(SigningRequestEntity, { bodyHash, operatorId });
    const { affected } = await tx.rows.delete(SigningRequestEntity, { bodyHash, operatorId });
    return row !== null && row.expiresAtMs > nowMs && (affected ?? 1) > 0;
  }

  async addAct(tx: Transaction, actHash: ContentHash, recorded: RecordedAct): Promise<void> {
    const { leafIndex, signed } = recorded;
    const { studyId } = signed.body.subject;
    await tx.rows.insert(ActEntity, { actHash, studyId, leafIndex, act: canonicalJson(signed) });
  }

  /** In the order of the log. */
  async acts(reader: Reader, studyId: StudyId): Promise<RecordedAct[]> {
    const rows = await reader.rows.find(ActEntity, {
      where: { studyId },
      order: { leafIndex: 'ASC' },
    });
    return rows.map(({ leafIndex, act }) => ({
      leafIndex,
      signed: signedActSchema.parse(JSON.parse(act)),
    }));
  }
}

function toKey({ keyId, operatorId, kind, publicKey, ...times }: PersonKeyEntity): RegisteredKey {
  const { addedAtMs, removedAtMs } = times;
  return {
    keyId: keyId as KeyId,
    operatorId: operatorId as OperatorId,
    kind: personKeyKindSchema.parse(kind),
    publicKey,
    addedAtMs,
    ...(removedAtMs === null ? {} : { removedAtMs }),
  };
}
