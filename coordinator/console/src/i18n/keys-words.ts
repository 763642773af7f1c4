/** Words of keys and trust. */
import type { Words } from './words.js';

export const keysEn = {
  title: 'Keys and trust',
  pending: {
    title: 'Waiting for approval',
    none: 'No enrolment is waiting',
    noneHow:
      'A hospital that has used its invite appears here, for a second person to compare its key.',
    explain:
      'Call the hospital on a number that you know. Type the words as it reads them out: only the words of the very key that waits here let the site in.',
    here: 'This coordinator received',
    there: 'The hospital reads out',
    word: (no: number) => `Word ${no}`,
    same: 'the same',
    other: 'another word',
    allSame: 'All six words are the same.',
    someOther: (count: number) =>
      count === 1
        ? 'One word is another: do not let this key in.'
        : `${count} words are others: do not let this key in.`,
    missing: (count: number) =>
      count === 1 ? 'One word is missing.' : `${count} words are missing.`,
    approve: 'Let it in',
    reject: 'Reject',
    own: 'You invited this site, so somebody else approves it.',
    noRight: 'Your roles do not let you approve sites.',
    since: (ago: string) => `enrolled ${ago}`,
    invitedBy: (name: string) => `invited by ${name}`,
  },
  rejection: {
    title: (site: string) => `Reject ${site}`,
    explain: 'The key is turned away. The name may be invited again.',
    reason: 'Reason',
    hint: 'The next person who looks wants to know.',
    confirm: 'Reject',
  },
  forms: {
    words: 'Words',
    colours: 'Colours',
    digits: 'Digits',
    keyId: 'Key id',
    qr: (site: string) => `QR code of the key of ${site}`,
    bars: (names: string) => `Colour bars: ${names}`,
  },
  colour: {
    black: 'black',
    red: 'red',
    green: 'green',
    yellow: 'yellow',
    blue: 'blue',
    magenta: 'magenta',
    cyan: 'cyan',
    white: 'white',
  },
  present: {
    title: 'Keys in force',
    none: 'No site has been let in yet',
    noneHow: 'Approve an enrolment first.',
    find: 'Find a site',
    show: (site: string) => `Show the key of ${site}`,
    hide: (site: string) => `Hide the key of ${site}`,
    more: (count: number) => `${count} more: narrow them down by name.`,
  },
  history: {
    title: 'What happened to keys',
    none: 'Nothing has happened to keys yet.',
    when: 'When',
    site: 'Site',
    what: 'What',
    key: 'Key id',
    leaf: 'Leaf',
    enrolled: (by: string) => `let in by ${by}`,
    rotated: (old: string) => `new key in place of ${old}`,
    revoked: (reason: string, by: string) => `revoked by ${by}: ${reason}`,
    older: 'Older ones are in the audit log.',
  },
};

export const keysDe: Words<typeof keysEn> = {
  title: 'Schlüssel und Vertrauen',
  pending: {
    title: 'Warten auf Zulassung',
    none: 'Keine Anmeldung wartet',
    noneHow:
      'Ein Krankenhaus, das seine Einladung genutzt hat, erscheint hier, damit eine zweite Person den Schlüssel vergleicht.',
    explain:
      'Rufen Sie das Krankenhaus unter einer Nummer an, die Sie kennen. Tippen Sie die Wörter, wie es sie vorliest: nur die Wörter genau des Schlüssels, der hier wartet, lassen den Standort zu.',
    here: 'Dieser Koordinator erhielt',
    there: 'Das Krankenhaus liest vor',
    word: (no: number) => `Wort ${no}`,
    same: 'gleich',
    other: 'anderes Wort',
    allSame: 'Alle sechs Wörter sind gleich.',
    someOther: (count: number) =>
      count === 1
        ? 'Ein Wort ist ein anderes: lassen Sie diesen Schlüssel nicht zu.'
        : `${count} Wörter sind andere: lassen Sie diesen Schlüssel nicht zu.`,
    missing: (count: number) => (count === 1 ? 'Ein Wort fehlt.' : `${count} Wörter fehlen.`),
    approve: 'Zulassen',
    reject: 'Abweisen',
    own: 'Sie haben diesen Standort eingeladen; zulassen muss ihn jemand anders.',
    noRight: 'Ihre Rollen erlauben nicht, Standorte zuzulassen.',
    since: (ago: string) => `angemeldet ${ago}`,
    invitedBy: (name: string) => `eingeladen von ${name}`,
  },
  rejection: {
    title: (site: string) => `${site} abweisen`,
    explain: 'Der Schlüssel wird abgewiesen. Der Name darf wieder eingeladen werden.',
    reason: 'Grund',
    hint: 'Wer als Nächstes hinsieht, will es wissen.',
    confirm: 'Abweisen',
  },
  forms: {
    words: 'Wörter',
    colours: 'Farben',
    digits: 'Ziffern',
    keyId: 'Schlüsselnummer',
    qr: (site: string) => `QR-Code des Schlüssels von ${site}`,
    bars: (names: string) => `Farbbalken: ${names}`,
  },
  colour: {
    black: 'schwarz',
    red: 'rot',
    green: 'grün',
    yellow: 'gelb',
    blue: 'blau',
    magenta: 'magenta',
    cyan: 'cyan',
    white: 'weiß',
  },
  present: {
    title: 'Gültige Schlüssel',
    none: 'Noch ist kein Standort zugelassen',
    noneHow: 'Lassen Sie erst eine Anmeldung zu.',
    find: 'Standort suchen',
    show: (site: string) => `Schlüssel von ${site} zeigen`,
    hide: (site: string) => `Schlüssel von ${site} verbergen`,
    more: (count: number) => `${count} weitere: grenzen Sie sie nach Namen ein.`,
  },
  history: {
    title: 'Was mit Schlüsseln geschah',
    none: 'Mit Schlüsseln ist noch nichts geschehen.',
    when: 'Wann',
    site: 'Standort',
    what: 'Was',
    key: 'Schlüsselnummer',
    leaf: 'Blatt',
    enrolled: (by: string) => `zugelassen von ${by}`,
    rotated: (old: string) => `neuer Schlüssel anstelle von ${old}`,
    revoked: (reason: string, by: string) => `gesperrt von ${by}: ${reason}`,
    older: 'Ältere stehen im Prüfprotokoll.',
  },
};
