/** What happened to an account, in words. */
import type { AccountChange } from '@consilium/shared/protocol';

type OfChanges = Readonly<Record<AccountChange, string>>;

const EN: OfChanges = {
  created: 'was made',
  'activation-renewed': 'got a new activation secret',
  'passkeys-reset': 'had its passkeys forgotten',
  'roles-changed': 'has other roles',
  'study-assigned': 'was assigned to a study',
  'study-unassigned': 'was taken off a study',
  'link-made': 'got a secret that links it to the OpenID provider',
  'sign-in-link-made': 'got a one-time link to sign in',
  'subject-linked': 'is opened by a login of the OpenID provider',
  closed: 'was closed',
  'password-changed': 'has another password',
  'passkey-added': 'has one more passkey',
  'passkey-removed': 'has one passkey less',
};

const DE: OfChanges = {
  created: 'wurde angelegt',
  'activation-renewed': 'bekam ein neues Aktivierungsgeheimnis',
  'passkeys-reset': 'hat keine Passkeys mehr: sie wurden vergessen',
  'roles-changed': 'hat andere Rollen',
  'study-assigned': 'wurde einer Studie zugeteilt',
  'study-unassigned': 'wurde von einer Studie genommen',
  'link-made': 'bekam ein Geheimnis, das es mit dem OpenID-Anbieter verbindet',
  'sign-in-link-made': 'bekam einen Einmal-Link zum Anmelden',
  'subject-linked': 'wird von einem Login des OpenID-Anbieters geöffnet',
  closed: 'wurde geschlossen',
  'password-changed': 'hat ein anderes Passwort',
  'passkey-added': 'hat einen Passkey mehr',
  'passkey-removed': 'hat einen Passkey weniger',
};

/** @returns the change itself where this page does not know it yet */
export function accountChangeIn(language: 'en' | 'de', change: string): string {
  const words: Readonly<Record<string, string>> = language === 'en' ? EN : DE;
  return words[change] ?? change;
}
