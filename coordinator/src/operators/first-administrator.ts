/** Makes the account of an administrator straight in the database: whoever may run this holds the machine already. */
import { rightsOfRoles, type Right } from '@consilium/shared/vocabulary';
import type { Database } from '../database/database.js';
import type { Clock } from '../platform/clock.js';
import { Accounts } from './accounts.service.js';
import { ApiTokens, type NewToken } from './api-tokens.service.js';
import { CredentialsRepository } from './credentials.repository.js';
import { OperatorsRepository } from './operators.repository.js';
import { Passwords } from './passwords.js';
import { PasskeysRepository } from './passkeys.repository.js';

const RIGHTS_OF_ADMINISTRATOR: readonly Right[] = rightsOfRoles(['platform-admin']);

/**
 * @param password none if not given: the account then has its token alone.
 * @returns a token with every right of the role.
 * @throws ConsiliumError 'bad-request' | 'conflict' when the name is taken.
 */
export async function createAdministrator(
  database: Database,
  clock: Clock,
  account: { readonly name: string; readonly password?: string | undefined; readonly days: number },
): Promise<NewToken> {
  const { name, password, days } = account;
  const operators = new OperatorsRepository();
  const credentials = new CredentialsRepository();
  const tokens = new ApiTokens(database, operators, credentials, clock);
  const passkeys = new PasskeysRepository();
  const accounts = new Accounts(database, operators, credentials, passkeys, tokens, clock);
  const passwordHash = password === undefined ? undefined : await new Passwords().hash(password);
  const rights = RIGHTS_OF_ADMINISTRATOR;
  return accounts.createAdministrator(name, passwordHash, { label: 'create-admin', rights, days });
}
