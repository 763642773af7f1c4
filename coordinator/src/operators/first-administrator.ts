/** Makes the account of an administrator straight in the database: whoever may run this holds the machine already. */
import { rightsOfRoles, type Right } from '@consilium/shared/vocabulary';
import type { Database } from '../database/database.js';
import type { Clock } from '../platform/clock.js';
import { AuditService } from '../audit/audit.service.js';
import type { LogNames } from '../audit/checkpoint-signer.js';
import { openEmptyLog } from '../audit/log-opening.js';
import { LogRepository } from '../audit/log.repository.js';
import { Metrics } from '../platform/metrics.js';
import { AccountChanges } from './account-changes.js';
import { Accounts } from './accounts.service.js';
import { ApiTokens, type NewToken } from './api-tokens.service.js';
import { CredentialsRepository } from './credentials.repository.js';
import { OperatorRows } from './operator-rows.js';
import { OperatorsRepository } from './operators.repository.js';
import { PasskeyRemovals } from './passkey-removals.js';
import { Passwords } from './passwords.js';
import { PasskeysRepository } from './passkeys.repository.js';

const RIGHTS_OF_ADMINISTRATOR: readonly Right[] = rightsOfRoles(['platform-admin']);

/**
 * The account is in the log, which begins with it where the coordinator has never run; a running one signs the leaf with its next.
 * @param log what the coordinator's log is called.
 * @param password none if not given: the account then has its token alone.
 * @returns a token with every right of the role.
 * @throws ConsiliumError 'bad-request' | 'conflict' when the name is taken.
 */
export async function createAdministrator(
  database: Database,
  clock: Clock,
  log: LogNames,
  account: { readonly name: string; readonly password?: string | undefined; readonly days: number },
): Promise<NewToken> {
  const { name, password, days } = account;
  const operators = new OperatorsRepository();
  const credentials = new CredentialsRepository();
  const tokens = new ApiTokens(database, operators, credentials, clock);
  const rows = new OperatorRows(operators, credentials, new PasskeysRepository());
  const leaves = new LogRepository();
  const audit = new AuditService(leaves, clock, new Metrics());
  const changes = new AccountChanges(audit);
  const accounts = new Accounts(database, rows, tokens, changes, new PasskeyRemovals(), clock);
  const passwordHash = password === undefined ? undefined : await new Passwords().hash(password);
  const rights = RIGHTS_OF_ADMINISTRATOR;
  return database.transaction(async (tx) => {
    await openEmptyLog(tx, leaves, audit, log);
    const wish = { label: 'create-admin', rights, days };
    return accounts.createAdministrator(name, passwordHash, wish);
  });
}
