/**
 * What people may do, and whether at all. Whoever changes that changes it for somebody else: nobody gives rights to himself, and
 * one administrator always stays.
 */
import { Injectable } from '@nestjs/common';
import type { AccountChange } from '@consilium/shared/protocol';
import {
  ConsiliumError,
  rightsOfRoles,
  type OperatorId,
  type OperatorRole,
  type StudyId,
} from '@consilium/shared/vocabulary';
import { Database } from '../database/database.js';
import type { Transaction } from '../database/transaction.js';
import { Clock } from '../platform/clock.js';
import { AccountChanges } from './account-changes.js';
import { checkGrant, holdsStudies, type Grant, type Operator } from './operator.js';
import { OperatorRows } from './operator-rows.js';

/** A grant whose studies stay as they are if not given. */
export type GrantWish = Omit<Grant, 'studies'> & Partial<Pick<Grant, 'studies'>>;

@Injectable()
export class OperatorGrants {
  constructor(
    private readonly database: Database,
    private readonly rows: OperatorRows,
    private readonly changes: AccountChanges,
    private readonly clock: Clock,
  ) {}

  /**
   * Ends every session of the person; tokens go on with what the new roles leave of their rights.
   * @throws ConsiliumError 'bad-request' | 'not-found' | 'not-permitted' | 'wrong-state'
   */
  async change(by: OperatorId, operatorId: OperatorId, wish: GrantWish): Promise<Operator> {
    return this.database.transaction(async (tx) => {
      const before = await this.changeable(tx, by, operatorId, 'roles');
      const studies = wish.studies ?? keptStudies(before, wish.roles);
      const operator = await this.set(tx, before, { ...wish, studies });
      await this.requireAdministrator(tx);
      await this.rows.credentials.deleteSessions(tx, operatorId);
      await this.changes.record(tx, by, 'roles-changed', operator);
      return operator;
    });
  }

  /** Lets an auditor or a study coordinator reach one more study. @throws ConsiliumError as `change` */
  async assign(by: OperatorId, operatorId: OperatorId, studyId: StudyId): Promise<Operator> {
    return this.changeStudies(by, operatorId, 'study-assigned', (studies) => [...studies, studyId]);
  }

  /** A study that the person created itself stays within reach. @throws ConsiliumError as `change` */
  async unassign(by: OperatorId, operatorId: OperatorId, studyId: StudyId): Promise<Operator> {
    return this.changeStudies(by, operatorId, 'study-unassigned', (studies) =>
      studies.filter((one) => one !== studyId),
    );
  }

  /**
   * Closes the account: sessions, tokens and unused secrets end at once.
   * @throws ConsiliumError 'not-found' | 'not-permitted' | 'wrong-state'
   */
  async close(by: OperatorId, operatorId: OperatorId): Promise<void> {
    await this.database.transaction(async (tx) => {
      const operator = await this.changeable(tx, by, operatorId, 'account');
      await this.rows.operators.setDisabled(tx, operatorId, this.clock.nowMs());
      await this.requireAdministrator(tx);
      await this.rows.credentials.deleteSessions(tx, operatorId);
      await this.rows.credentials.deleteTokens(tx, operatorId);
      await this.rows.credentials.deleteAllSecrets(tx, operatorId);
      await this.changes.record(tx, by, 'closed', operator);
    });
  }

  private async changeStudies(
    by: OperatorId,
    operatorId: OperatorId,
    change: AccountChange,
    next: (studies: readonly string[]) => readonly string[],
  ): Promise<Operator> {
    return this.database.transaction(async (tx) => {
      const before = await this.changeable(tx, by, operatorId, 'studies');
      const studies = next(before.studies);
      if (new Set(studies).size === before.studies.length) {
        return before;
      }
      const operator = await this.set(tx, before, { ...before, studies });
      await this.changes.record(tx, by, change, operator);
      return operator;
    });
  }

  private async set(tx: Transaction, before: Operator, grant: Grant): Promise<Operator> {
    const { roles, siteId, studies } = checkGrant(grant);
    const checked = { roles, ...(siteId === undefined ? {} : { siteId }), studies };
    const { operatorId } = before;
    await this.rows.operators.setGrant(tx, operatorId, checked);
    return existing(await this.rows.operators.find(tx, operatorId), operatorId);
  }

  /** An open account of somebody else, changed by whoever may do so still: two administrators may close one another at once. */
  private async changeable(
    tx: Transaction,
    by: OperatorId,
    operatorId: OperatorId,
    what: string,
  ): Promise<Operator> {
    const operator = existing(await this.rows.operators.find(tx, operatorId), operatorId);
    requireOther(by, operatorId, what);
    requireOpen(operator);
    const acting = existing(await this.rows.operators.find(tx, by), by);
    requireOpen(acting);
    if (!rightsOfRoles(acting.roles).includes('operators.manage')) {
      throw new ConsiliumError('not-permitted', 'your roles do not include operators.manage');
    }
    return operator;
  }

  private async requireAdministrator(tx: Transaction): Promise<void> {
    const everybody = await this.rows.operators.list(tx);
    const isKept = everybody.some(
      ({ roles, disabledAtMs }) => roles.includes('platform-admin') && disabledAtMs === undefined,
    );
    if (!isKept) {
      throw new ConsiliumError('wrong-state', 'this is the last administrator: make another first');
    }
  }
}

/** Studies go along with the roles that they were given for, and with no other. */
function keptStudies(before: Operator, roles: readonly OperatorRole[]): readonly string[] {
  const holders = (all: readonly OperatorRole[]): string => all.filter(holdsStudies).sort().join();
  return holders(before.roles) === holders(roles) ? before.studies : [];
}

/** @throws ConsiliumError 'not-found' */
export function existing(operator: Operator | undefined, operatorId: OperatorId): Operator {
  if (operator === undefined) {
    throw new ConsiliumError('not-found', `nobody is called ${operatorId}`);
  }
  return operator;
}

/** @throws ConsiliumError 'wrong-state' */
export function requireOpen({ operatorId, disabledAtMs }: Operator): void {
  if (disabledAtMs !== undefined) {
    throw new ConsiliumError('wrong-state', `the account ${operatorId} is closed`);
  }
}

/** @throws ConsiliumError 'not-permitted' */
export function requireOther(by: OperatorId, operatorId: OperatorId, what: string): void {
  if (by === operatorId) {
    throw new ConsiliumError('not-permitted', `another administrator changes your ${what}`);
  }
}
