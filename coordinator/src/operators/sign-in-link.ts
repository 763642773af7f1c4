/** Makes a sign-in link straight in the database, beside a running coordinator: whoever may run this holds the machine already. */
import { AuditService } from '../audit/audit.service.js';
import { LogRepository } from '../audit/log.repository.js';
import type { Database } from '../database/database.js';
import type { Clock } from '../platform/clock.js';
import { Metrics } from '../platform/metrics.js';
import { AccountChanges } from './account-changes.js';
import { CredentialsRepository } from './credentials.repository.js';
import { OperatorRows } from './operator-rows.js';
import { OperatorsRepository } from './operators.repository.js';
import { PasskeysRepository } from './passkeys.repository.js';
import { SignInLinks, type SignInLink } from './sign-in-links.service.js';

/**
 * A running coordinator signs the leaf with its next.
 * @throws ConsiliumError 'not-found' when nobody has the name | 'wrong-state' for a closed account
 */
export function makeSignInLink(
  database: Database,
  clock: Clock,
  name: string,
): Promise<SignInLink> {
  const rows = new OperatorRows(
    new OperatorsRepository(),
    new CredentialsRepository(),
    new PasskeysRepository(),
  );
  const changes = new AccountChanges(new AuditService(new LogRepository(), clock, new Metrics()));
  return new SignInLinks(database, rows, changes, clock).make(name);
}
