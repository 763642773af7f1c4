/** Words of the page on which people sign acts. What is signed is English in every language: its letters are what counts. */
import type { ActKind } from '@consilium/shared/protocol';
import { pageDe, pageEn, type Words } from '../platform/pages/page-words.js';

type OfActs = Readonly<Record<ActKind, string>>;

/**
 * @property said by the script; names in braces are filled in by it
 * @property said.meaning what an act means, for whoever does not read English; empty where it says that itself
 */
export const actEn = {
  title: 'Sign acts in Consilium',
  heading: 'Sign acts',
  signIn: 'Sign in',
  keysTitle: 'Your passkeys',
  keysExplain:
    'Registered once, a passkey signs for you. The log shows its public half to everybody, so that nobody else signs in your name.',
  addPasskey: 'Add a passkey',
  toConsole: 'To the console',
  wishTitle: 'What you sign',
  study: 'Study',
  act: 'Act',
  text: 'What you state',
  prepare: 'Show what it means',
  preparedTitle: 'Read before you sign',
  confirm: 'Sign with a passkey',
  cancel: 'Do not sign',
  signedTitle: 'Signed of this study',
  said: {
    ...pageEn,
    kinds: {
      'study-approved': 'Approve the study protocol',
      'adapter-accepted': 'Accept the newest adapter',
      statement: 'State something',
    } satisfies OfActs,
    meaning: { 'study-approved': '', 'adapter-accepted': '', statement: '' } satisfies OfActs,
    standing: '{phase}, {committed} of {total} rounds done, protocol {hash}',
    phases: {
      recruiting: 'recruiting',
      running: 'running',
      completed: 'completed',
      failed: 'failed',
    },
    signInFirst: 'Sign in first.',
    signInAgain: 'Sign in again: acts are open for a short while after you have.',
    noRight: 'Your roles sign nothing.',
    signsForYou: 'signs for you.',
    wasRemoved: 'was removed.',
    register: 'Register to sign',
    registered: 'The passkey signs for you from now on.',
    registerFirst: 'Register one of your passkeys first.',
    otherKey: 'The coordinator asks to register another key.',
    otherAct: 'The coordinator prepared another act than you asked for.',
    unknownAct: 'This page does not know what that act means.',
    signed: 'Signed: leaf {leaf} of the log.',
    leaf: 'Leaf {leaf}, {person}: ',
    prepareRefused: { 'wrong-state': 'Nothing to accept: no round of {study} is done.' },
    signRefused: {
      conflict:
        'This was signed already, or is older than 15 minutes: have it shown to you once more.',
    },
    keyRefused: { conflict: 'This passkey is or was registered: add a new one.' },
  },
};

export type ActWords = Words<typeof actEn>;

export const actDe: ActWords = {
  title: 'In Consilium unterschreiben',
  heading: 'Unterschreiben',
  signIn: 'Anmelden',
  keysTitle: 'Ihre Passkeys',
  keysExplain:
    'Einmal registriert, unterschreibt ein Passkey für Sie. Das Protokoll zeigt allen seinen öffentlichen Teil, damit niemand anders in Ihrem Namen unterschreibt.',
  addPasskey: 'Passkey hinzufügen',
  toConsole: 'Zur Konsole',
  wishTitle: 'Was Sie unterschreiben',
  study: 'Studie',
  act: 'Handlung',
  text: 'Was Sie erklären',
  prepare: 'Zeigen, was es bedeutet',
  preparedTitle: 'Lesen Sie, bevor Sie unterschreiben',
  confirm: 'Mit einem Passkey unterschreiben',
  cancel: 'Nicht unterschreiben',
  signedTitle: 'Zu dieser Studie unterschrieben',
  said: {
    ...pageDe,
    kinds: {
      'study-approved': 'Das Studienprotokoll billigen',
      'adapter-accepted': 'Den neuesten Adapter annehmen',
      statement: 'Etwas erklären',
    },
    meaning: {
      'study-approved':
        'Das heißt: Ich habe das Protokoll {hash} der Studie {studyId} gelesen und billige es.',
      'adapter-accepted':
        'Das heißt: Ich nehme den Adapterstand {hash} aus Runde {roundNo} der Studie {studyId} an.',
      statement:
        'Das heißt: Zur Studie {studyId}, wie das Protokoll sie bei der Länge {size} mit der Wurzel {root} hatte, erkläre ich das Folgende.',
    },
    standing: '{phase}, {committed} von {total} Runden fertig, Studienprotokoll {hash}',
    phases: {
      recruiting: 'sammelt Standorte',
      running: 'läuft',
      completed: 'fertig',
      failed: 'gescheitert',
    },
    signInFirst: 'Melden Sie sich zuerst an.',
    signInAgain:
      'Melden Sie sich neu an: unterschreiben können Sie eine kurze Weile nach der Anmeldung.',
    noRight: 'Mit Ihren Rollen unterschreiben Sie nichts.',
    signsForYou: 'unterschreibt für Sie.',
    wasRemoved: 'wurde entfernt.',
    register: 'Zum Unterschreiben registrieren',
    registered: 'Der Passkey unterschreibt ab jetzt für Sie.',
    registerFirst: 'Registrieren Sie zuerst einen Ihrer Passkeys.',
    otherKey: 'Der Koordinator will einen anderen Schlüssel registrieren lassen.',
    otherAct: 'Der Koordinator hat etwas anderes vorbereitet, als Sie verlangt haben.',
    unknownAct: 'Diese Seite weiß nicht, was diese Handlung bedeutet.',
    signed: 'Unterschrieben: Eintrag {leaf} des Protokolls.',
    leaf: 'Eintrag {leaf}, {person}: ',
    prepareRefused: {
      'wrong-state': 'Nichts anzunehmen: noch ist keine Runde von {study} fertig.',
    },
    signRefused: {
      conflict:
        'Das ist schon unterschrieben oder älter als 15 Minuten: lassen Sie es sich noch einmal zeigen.',
    },
    keyRefused: {
      conflict: 'Dieser Passkey ist oder war registriert: fügen Sie einen neuen hinzu.',
    },
  },
};
