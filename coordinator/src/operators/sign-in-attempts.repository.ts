/** The rows of failed sign-ins. */
import { Injectable } from '@nestjs/common';
import { In, LessThan } from 'typeorm';
import type { Reader, Transaction } from '../database/transaction.js';
import { SignInAttemptEntity } from './sign-in-attempt.entity.js';

export interface Failures {
  readonly count: number;
  readonly lastAtMs: number;
}

@Injectable()
export class SignInAttemptsRepository {
  async find(reader: Reader, nameHash: string): Promise<Failures | undefined> {
    const row = await reader.rows.findOneBy(SignInAttemptEntity, { nameHash });
    return row === null ? undefined : { count: row.failures, lastAtMs: row.lastAtMs };
  }

  async save(tx: Transaction, nameHash: string, { count, lastAtMs }: Failures): Promise<void> {
    await tx.rows.upsert(SignInAttemptEntity, { nameHash, failures: count, lastAtMs }, [
      'nameHash',
    ]);
  }

  async delete(tx: Transaction, nameHash: string): Promise<void> {
    await tx.rows.delete(SignInAttemptEntity, { nameHash });
  }

  /** Drops what is older than a moment, and of the rest the names that were tried least recently, down to `keep`. */
  async forget(
    tx: Transaction,
    { beforeMs, keep }: { readonly beforeMs: number; readonly keep: number },
  ): Promise<void> {
    await tx.rows.delete(SignInAttemptEntity, { lastAtMs: LessThan(beforeMs) });
    const surplus = (await tx.rows.count(SignInAttemptEntity)) - keep;
    if (surplus > 0) {
      const oldest = await tx.rows.find(SignInAttemptEntity, {
        order: { lastAtMs: 'ASC', nameHash: 'ASC' },
        take: surplus,
      });
      const hashes = oldest.map(({ nameHash }) => nameHash);
      await tx.rows.delete(SignInAttemptEntity, { nameHash: In(hashes) });
    }
  }
}
