/**
 * Each change of an account is a leaf of the log, in the transaction of the change: an administrator could become somebody else
 * by a new activation secret, and the log is where everybody sees it. People appear by their pseudonyms alone.
 */
import { Injectable } from '@nestjs/common';
import type { AccountChange } from '@consilium/shared/protocol';
import type { OperatorId } from '@consilium/shared/vocabulary';
import { AuditService } from '../audit/audit.service.js';
import type { Transaction } from '../database/transaction.js';
import type { Operator } from './operator.js';

@Injectable()
export class AccountChanges {
  constructor(private readonly audit: AuditService) {}

  /**
   * @param by the account itself where its person did it, or whoever holds the machine.
   * @param operator with the roles from then on.
   */
  async record(
    tx: Transaction,
    by: OperatorId,
    change: AccountChange,
    { operatorId, roles }: Pick<Operator, 'operatorId' | 'roles'>,
  ): Promise<void> {
    const type = 'operator.changed';
    await this.audit.append(tx, { type, operatorId, change, by, roles: [...roles] });
  }
}
