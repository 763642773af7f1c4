/** Words about accounts: who may do what, and what proves people. */
import type { Words } from './words.js';

export const peopleEn = {
  title: 'People and roles',
  accounts: 'Accounts',
  count: (n: number) => (n === 1 ? '1 account' : `${n} accounts`),
  name: 'Name',
  you: '(you)',
  roles: 'Roles',
  where: 'Site and studies',
  standing: 'Account',
  since: 'Since',
  site: 'Site',
  siteHint: 'The id of the hospital that the person answers for.',
  studies: 'Studies',
  studiesHint:
    'Ids of studies, with commas between them. A study that somebody created is reached anyway.',
  noneAssigned: 'none assigned',
  byStudy: 'Roles by study',
  byStudyHint:
    'Who was assigned to a study. Who created it reaches it as well, and site administrators reach the studies of their hospital.',
  noStudies:
    'Nobody was assigned to a study yet: change the roles of an auditor or a study coordinator to name one.',
  study: 'Study',
  assigned: 'Assigned',
  mayDo: 'What this person may do',
  inLog: 'In the log',
  role: {
    'platform-admin': 'Platform administrator',
    'study-coordinator': 'Study coordinator',
    auditor: 'Auditor',
    'site-admin': 'Site administrator',
  },
  roleDoes: {
    'platform-admin':
      'Keeps the coordinator and its accounts, and never sees a study. Stands alone.',
    'study-coordinator': 'Runs studies: invites hospitals, starts, exports, signs.',
    auditor:
      'Reads the studies that are assigned, exports their evidence, changes nothing. Stands alone.',
    'site-admin': 'Reads the studies that the own hospital takes part in.',
  },
  fault: {
    alone: (role: string) => `${role} stands alone: give the other roles to another person.`,
  },
  account: { open: 'Active', closed: 'Closed', noPassword: 'No password' },
  hindrance: {
    'not-yours-to-change': 'An administrator changes accounts.',
    closed: 'This account is closed and stays so.',
    yourself: 'This is you: another administrator changes your roles and your account.',
    'last-administrator':
      'This is the last administrator. Invite another one first: without any, nobody could make or change accounts.',
  },
  nobody: 'Nobody has this account',
  nobodyHow: 'The address may be mistyped.',
  toPeople: 'To everybody',
  signInFirst: 'Accounts are changed within ten minutes after a sign-in. Sign in again first.',
  signInAgain: 'Sign in again',
  waitsFor: (time: string) =>
    `A secret that activates this account was given out. It works until ${time}.`,
  identities: (n: number) =>
    n === 1
      ? 'One login of the OpenID provider opens this account.'
      : `${n} logins of the OpenID provider open this account.`,
  secret: {
    once: 'This is shown once. Nobody can show it again, the coordinator keeps a hash.',
    copy: 'Copy',
    copied: 'Copied',
    kept: 'I have kept it',
    ends: (time: string) => `Works until ${time}.`,
    handOver: (name: string) =>
      `Hand it to ${name} in person, over the telephone or in an encrypted message.`,
    open: 'The person opens',
    activate: 'and there “Activate a new account”, pastes the secret and sets a password.',
  },
  invite: {
    button: 'Invite a person',
    title: 'Invite a person',
    nameHint: 'What the person signs in with: a-z, 0-9 and . _ @ + -. It never gets into the log.',
    confirm: 'Make the account',
    made: (name: string) => `The account of ${name} waits for its person`,
  },
  change: {
    button: 'Change roles',
    title: (name: string) => `Roles of ${name}`,
    explain:
      'The person is signed out everywhere; tokens go on with what the new roles leave of their rights.',
    confirm: 'Change roles',
  },
  renew: {
    button: 'New activation secret',
    explain: 'For somebody who lost the password. Secrets before it are worthless.',
    made: (name: string) => `A new secret for ${name}`,
  },
  forget: {
    button: 'Forget passkeys',
    explain:
      'For somebody who lost the passkeys, or whose passkeys were stolen: they are forgotten, every session and token ends, and a new activation secret is made.',
  },
  close: {
    button: 'Close the account',
    explain: (name: string) =>
      `${name} is signed out everywhere, tokens end, and the account cannot be opened again.`,
  },
  method: {
    password: 'password',
    passkey: 'passkey',
    oidc: 'OpenID provider',
    link: 'one-time link',
  },
  sessions: {
    title: 'Signed in',
    caption: 'Browsers, and how each was signed in',
    none: 'Nowhere at the moment.',
    since: 'Since',
    by: 'With',
    proved: 'Identity proved',
    never: 'never',
    seen: 'Last request',
    action: 'End',
    here: 'this browser',
    end: 'Sign out',
    endExplain: 'The pages of that browser close at once.',
  },
  tokens: {
    title: 'API tokens',
    caption: 'For commands and programs',
    none: 'None.',
    label: 'What for',
    labelHint: 'In your own words.',
    rights: 'Rights',
    used: 'Last used',
    never: 'never',
    ends: 'Ends',
    action: 'Revoke',
    revoke: 'Revoke',
    revokeExplain: 'Whatever uses this token is refused from now on.',
    make: 'New token',
    lasts: 'Lasts',
    days: (n: number) => `${n} days`,
    sensitive: 'Changes who is trusted.',
    confirm: 'Make the token',
    made: (label: string) => `The token “${label}”`,
    use: 'Put it into a file that only you can read, and name that file with --token-file.',
  },
  passkeys: {
    title: 'Passkeys',
    caption: 'Asked for after the password',
    none: 'None. With a passkey, a stolen password opens nothing.',
    label: 'Name',
    since: 'Since',
    used: 'Last used',
    never: 'never',
    action: 'Change',
    remove: 'Remove',
    removeExplain: 'It opens this account no more and signs no more acts.',
    add: 'Add a passkey',
  },
  own: { title: 'Your account', signing: 'Sign acts, and register passkeys that sign' },
};

export const peopleDe: Words<typeof peopleEn> = {
  title: 'Personen und Rollen',
  accounts: 'Konten',
  count: (n: number) => (n === 1 ? '1 Konto' : `${n} Konten`),
  name: 'Name',
  you: '(Sie)',
  roles: 'Rollen',
  where: 'Standort und Studien',
  standing: 'Konto',
  since: 'Seit',
  site: 'Standort',
  siteHint: 'Die Kennung des Krankenhauses, für das die Person zuständig ist.',
  studies: 'Studien',
  studiesHint:
    'Kennungen von Studien, durch Kommas getrennt. Wer eine Studie angelegt hat, erreicht sie ohnehin.',
  noneAssigned: 'keine zugeteilt',
  byStudy: 'Rollen je Studie',
  byStudyHint:
    'Wer einer Studie zugeteilt ist. Wer sie angelegt hat, erreicht sie auch, und Standortverwalter erreichen die Studien ihres Krankenhauses.',
  noStudies:
    'Noch ist niemand einer Studie zugeteilt: bei den Rollen einer Prüferin oder eines Studienkoordinators eine nennen.',
  study: 'Studie',
  assigned: 'Zugeteilt',
  mayDo: 'Was diese Person darf',
  inLog: 'Im Protokoll',
  role: {
    'platform-admin': 'Plattformverwaltung',
    'study-coordinator': 'Studienkoordination',
    auditor: 'Prüfung',
    'site-admin': 'Standortverwaltung',
  },
  roleDoes: {
    'platform-admin':
      'Hält den Koordinator und seine Konten in Gang und sieht nie eine Studie. Steht allein.',
    'study-coordinator':
      'Führt Studien: lädt Krankenhäuser ein, startet, exportiert, unterschreibt.',
    auditor:
      'Liest die zugeteilten Studien, exportiert ihre Nachweise, ändert nichts. Steht allein.',
    'site-admin': 'Liest die Studien, an denen das eigene Krankenhaus teilnimmt.',
  },
  fault: {
    alone: (role: string) => `${role} steht allein: die anderen Rollen einer anderen Person geben.`,
  },
  account: { open: 'Aktiv', closed: 'Geschlossen', noPassword: 'Ohne Passwort' },
  hindrance: {
    'not-yours-to-change': 'Konten ändert die Plattformverwaltung.',
    closed: 'Dieses Konto ist geschlossen und bleibt es.',
    yourself: 'Das sind Sie: Ihre Rollen und Ihr Konto ändert eine andere Verwalterin.',
    'last-administrator':
      'Das ist die letzte Plattformverwaltung. Laden Sie zuerst eine weitere ein: ohne sie könnte niemand Konten anlegen oder ändern.',
  },
  nobody: 'Dieses Konto hat niemand',
  nobodyHow: 'Die Adresse ist vielleicht vertippt.',
  toPeople: 'Zu allen',
  signInFirst:
    'Konten werden binnen zehn Minuten nach einer Anmeldung geändert. Melden Sie sich zuerst neu an.',
  signInAgain: 'Neu anmelden',
  waitsFor: (time: string) =>
    `Ein Geheimnis, das dieses Konto aktiviert, ist ausgegeben. Es gilt bis ${time}.`,
  identities: (n: number) =>
    n === 1
      ? 'Ein Login des OpenID-Anbieters öffnet dieses Konto.'
      : `${n} Logins des OpenID-Anbieters öffnen dieses Konto.`,
  secret: {
    once: 'Das wird einmal gezeigt. Niemand kann es noch einmal zeigen, der Koordinator behält einen Hash.',
    copy: 'Kopieren',
    copied: 'Kopiert',
    kept: 'Ich habe es',
    ends: (time: string) => `Gilt bis ${time}.`,
    handOver: (name: string) =>
      `Geben Sie es ${name} persönlich, am Telefon oder in einer verschlüsselten Nachricht.`,
    open: 'Die Person öffnet',
    activate: 'und dort „Neues Konto aktivieren“, fügt das Geheimnis ein und setzt ein Passwort.',
  },
  invite: {
    button: 'Person einladen',
    title: 'Person einladen',
    nameHint: 'Womit die Person sich anmeldet: a-z, 0-9 und . _ @ + -. Er kommt nie ins Protokoll.',
    confirm: 'Konto anlegen',
    made: (name: string) => `Das Konto von ${name} wartet auf seine Person`,
  },
  change: {
    button: 'Rollen ändern',
    title: (name: string) => `Rollen von ${name}`,
    explain:
      'Die Person wird überall abgemeldet; Tokens behalten, was die neuen Rollen von ihren Rechten übrig lassen.',
    confirm: 'Rollen ändern',
  },
  renew: {
    button: 'Neues Aktivierungsgeheimnis',
    explain: 'Für jemanden, der das Passwort verloren hat. Frühere Geheimnisse gelten nicht mehr.',
    made: (name: string) => `Ein neues Geheimnis für ${name}`,
  },
  forget: {
    button: 'Passkeys vergessen',
    explain:
      'Für jemanden, dessen Passkeys verloren oder gestohlen sind: sie werden vergessen, jede Sitzung und jedes Token endet, und es gibt ein neues Aktivierungsgeheimnis.',
  },
  close: {
    button: 'Konto schließen',
    explain: (name: string) =>
      `${name} wird überall abgemeldet, Tokens enden, und das Konto lässt sich nicht wieder öffnen.`,
  },
  method: {
    password: 'Passwort',
    passkey: 'Passkey',
    oidc: 'OpenID-Anbieter',
    link: 'Einmal-Link',
  },
  sessions: {
    title: 'Angemeldet',
    caption: 'Browser, und wie jeder angemeldet wurde',
    none: 'Im Augenblick nirgends.',
    since: 'Seit',
    by: 'Mit',
    proved: 'Ausgewiesen',
    never: 'nie',
    seen: 'Letzte Anfrage',
    action: 'Beenden',
    here: 'dieser Browser',
    end: 'Abmelden',
    endExplain: 'Die Seiten jenes Browsers schließen sofort.',
  },
  tokens: {
    title: 'API-Tokens',
    caption: 'Für Befehle und Programme',
    none: 'Keine.',
    label: 'Wofür',
    labelHint: 'In eigenen Worten.',
    rights: 'Rechte',
    used: 'Zuletzt benutzt',
    never: 'nie',
    ends: 'Endet',
    action: 'Widerrufen',
    revoke: 'Widerrufen',
    revokeExplain: 'Was dieses Token benutzt, wird ab jetzt abgewiesen.',
    make: 'Neues Token',
    lasts: 'Gilt',
    days: (n: number) => `${n} Tage`,
    sensitive: 'Ändert, wem vertraut wird.',
    confirm: 'Token anlegen',
    made: (label: string) => `Das Token „${label}“`,
    use: 'Legen Sie es in eine Datei, die nur Sie lesen können, und nennen Sie die Datei mit --token-file.',
  },
  passkeys: {
    title: 'Passkeys',
    caption: 'Nach dem Passwort verlangt',
    none: 'Keine. Mit einem Passkey öffnet ein gestohlenes Passwort nichts.',
    label: 'Name',
    since: 'Seit',
    used: 'Zuletzt benutzt',
    never: 'nie',
    action: 'Ändern',
    remove: 'Entfernen',
    removeExplain: 'Er öffnet dieses Konto nicht mehr und unterschreibt nichts mehr.',
    add: 'Passkey hinzufügen',
  },
  own: {
    title: 'Ihr Konto',
    signing: 'Unterschreiben, und Passkeys registrieren, die unterschreiben',
  },
};
