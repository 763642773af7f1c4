/** Words of the page on which people sign in. */
import { pageDe, pageEn, type Words } from '../platform/pages/page-words.js';

/** @property said by the script; names in braces are filled in by it */
export const loginEn = {
  title: 'Sign in to Consilium',
  heading: 'Sign in',
  name: 'Name',
  password: 'Password',
  signIn: 'Sign in',
  activateTitle: 'Activate a new account',
  activation: 'Activation secret',
  newPassword: 'New password, at least 12 characters',
  activate: 'Activate',
  linkTitle: 'Link an account with a link secret',
  link: 'Link secret',
  linkAndSignIn: 'Link and sign in',
  confirm: 'Confirm with your passkey.',
  usePasskey: 'Use passkey',
  signedInAs: 'You are signed in as',
  toConsole: 'To the console',
  toActs: 'Approve, accept or state something',
  passkeyName: 'Name of a new passkey',
  addPasskey: 'Add a passkey',
  signOut: 'Sign out',
  said: {
    ...pageEn,
    activated: 'The account is active: sign in.',
    passkeyAdded: 'The passkey is known: from now on it is asked for.',
    providerFailed:
      'The provider proved nobody who has an account here. Ask an administrator for a link.',
    roles: {
      'platform-admin': 'Platform administrator',
      'study-coordinator': 'Study coordinator',
      auditor: 'Auditor',
      'site-admin': 'Site administrator',
    },
    password: { unauthenticated: 'Name or password is wrong.' },
    activation: {
      'bad-invite': 'The secret is wrong, used or expired: ask an administrator for a new one.',
      'bad-request': 'The password has fewer than 12 or more than 256 characters.',
    },
    link: {
      'bad-invite': 'The link is wrong, used or expired: ask an administrator for a new one.',
      'coordinator-unreachable': 'The OpenID provider does not answer. Try again later.',
    },
    oneTime: {
      unauthenticated:
        'The link is wrong, used or older than ten minutes: sign in, or have a new one made on the machine of the coordinator.',
    },
    passkey: { unauthenticated: 'The passkey was refused: begin again with name and password.' },
    newPasskey: {
      unauthenticated: 'Your sign-in is too long ago: sign out and in again, then add the passkey.',
      conflict: 'This passkey is known already.',
    },
  },
};

export type LoginWords = Words<typeof loginEn>;

export const loginDe: LoginWords = {
  title: 'Anmelden bei Consilium',
  heading: 'Anmelden',
  name: 'Name',
  password: 'Passwort',
  signIn: 'Anmelden',
  activateTitle: 'Neues Konto aktivieren',
  activation: 'Aktivierungsgeheimnis',
  newPassword: 'Neues Passwort, mindestens 12 Zeichen',
  activate: 'Aktivieren',
  linkTitle: 'Konto mit einem Link-Geheimnis verbinden',
  link: 'Link-Geheimnis',
  linkAndSignIn: 'Verbinden und anmelden',
  confirm: 'Bestätigen Sie mit Ihrem Passkey.',
  usePasskey: 'Passkey benutzen',
  signedInAs: 'Sie sind angemeldet als',
  toConsole: 'Zur Konsole',
  toActs: 'Etwas billigen, annehmen oder erklären',
  passkeyName: 'Name eines neuen Passkeys',
  addPasskey: 'Passkey hinzufügen',
  signOut: 'Abmelden',
  said: {
    ...pageDe,
    activated: 'Das Konto ist aktiv: melden Sie sich an.',
    passkeyAdded: 'Der Passkey ist bekannt: ab jetzt wird nach ihm gefragt.',
    providerFailed:
      'Der Anbieter hat niemanden ausgewiesen, der hier ein Konto hat. Bitten Sie eine Verwalterin um einen Link.',
    roles: {
      'platform-admin': 'Plattformverwaltung',
      'study-coordinator': 'Studienkoordination',
      auditor: 'Prüfung',
      'site-admin': 'Standortverwaltung',
    },
    password: { unauthenticated: 'Name oder Passwort ist falsch.' },
    activation: {
      'bad-invite':
        'Das Geheimnis ist falsch, verbraucht oder abgelaufen: bitten Sie eine Verwalterin um ein neues.',
      'bad-request': 'Das Passwort hat weniger als 12 oder mehr als 256 Zeichen.',
    },
    link: {
      'bad-invite':
        'Der Link ist falsch, verbraucht oder abgelaufen: bitten Sie eine Verwalterin um einen neuen.',
      'coordinator-unreachable':
        'Der OpenID-Anbieter antwortet nicht. Versuchen Sie es später noch einmal.',
    },
    oneTime: {
      unauthenticated:
        'Der Link ist falsch, verbraucht oder älter als zehn Minuten: melden Sie sich an, oder lassen Sie auf dem Rechner des Koordinators einen neuen machen.',
    },
    passkey: {
      unauthenticated: 'Der Passkey wurde abgewiesen: beginnen Sie neu mit Name und Passwort.',
    },
    newPasskey: {
      unauthenticated:
        'Ihre Anmeldung ist zu lange her: melden Sie sich ab und wieder an, dann fügen Sie den Passkey hinzu.',
      conflict: 'Dieser Passkey ist schon bekannt.',
    },
  },
};
