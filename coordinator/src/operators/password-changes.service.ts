/** A person changes the own password, with the one before. Everywhere else the person is signed out, and the log says so. */
import { Injectable } from '@nestjs/common';
import { ConsiliumError, type OperatorId } from '@consilium/shared/vocabulary';
import { Database } from '../database/database.js';
import { AccountChanges } from './account-changes.js';
import { existing } from './operator-grants.service.js';
import { OperatorRows } from './operator-rows.js';
import { Passwords } from './passwords.js';
import { SignInAttempts } from './sign-in-attempts.js';

@Injectable()
export class PasswordChanges {
  constructor(
    private readonly database: Database,
    private readonly rows: OperatorRows,
    private readonly passwords: Passwords,
    private readonly attempts: SignInAttempts,
    private readonly changes: AccountChanges,
  ) {}

  /**
   * A wrong current password is no lack of a session: nobody is sent away for it, but tries are counted as at the sign-in.
   * @param but the session that changes the password; the others of the person end.
   * @throws ConsiliumError 'bad-request' | 'not-found' | 'quota-exceeded'
   */
  async change(
    operatorId: OperatorId,
    { current, next }: { readonly current: string; readonly next: string },
    but: string,
  ): Promise<void> {
    const { operators, credentials } = this.rows;
    const found = await this.database.read((reader) => operators.find(reader, operatorId));
    const { name, passwordHash: expected } = existing(found, operatorId);
    await this.attempts.begin(name);
    if (!(await this.passwords.verify(expected, current))) {
      throw new ConsiliumError('bad-request', 'current: this is not the password of the account');
    }
    await this.attempts.succeeded(name);
    const passwordHash = await this.passwords.hash(next);
    await this.database.transaction(async (tx) => {
      await operators.setPassword(tx, operatorId, passwordHash);
      await credentials.deleteSessions(tx, operatorId, but);
      const operator = existing(await operators.find(tx, operatorId), operatorId);
      await this.changes.record(tx, operatorId, 'password-changed', operator);
    });
  }
}
