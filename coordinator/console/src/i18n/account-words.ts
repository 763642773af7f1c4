/** Words of one's own account: the password and the passkeys. */
import type { Words } from './words.js';

export const accountEn = {
  password: {
    title: 'Password',
    explain: 'Changing it signs you out everywhere but here.',
    none: 'This account has no password: the OpenID provider opens it. An administrator can make an activation secret, with which you set one at the sign-in page.',
    change: 'Change password',
    name: 'Name',
    current: 'Current password',
    next: 'New password',
    nextHint:
      'At least 12 characters. Length counts: several words are better than one with signs.',
    again: 'New password once more',
    differs: 'This is not the same.',
    same: 'This is the current password.',
    show: 'Show or hide what is typed',
    changed: 'The password is changed. You are signed out everywhere else.',
    wrong: 'The current password is wrong.',
    tooMany: 'Too many tries: wait a little, longer after each one.',
    strength: 'How strong it is',
    verdict: {
      'too-short': (missing: number) =>
        missing === 1 ? 'Too short: one more character.' : `Too short: ${missing} more characters.`,
      'too-long': (surplus: number) => `Too long by ${surplus}.`,
      names: 'Easy to guess: it is little more than a name.',
      pattern: 'Easy to guess: it repeats itself, or follows the alphabet or the keyboard.',
      enough: 'Good.',
      long: 'Very good: long.',
    },
  },
  passkeys: {
    signInFirst:
      'Passkeys are added and removed within ten minutes after a sign-in. Sign in again first.',
    unsupported:
      'This browser uses no passkeys at this address: they need https or localhost, and a host name.',
    addExplain:
      'The browser asks for the device that keeps it: this one, a telephone or a security key. From then on it is asked for after the password.',
    label: 'Name',
    labelHint: 'How you tell it from your others, such as “office laptop”.',
    confirm: 'Go on to the device',
    rename: 'Rename',
    renameTitle: (label: string) => `Another name for ${label}`,
    keep: 'Save the name',
    removeLast: 'It is the last one: from then on the password alone opens this account.',
    device: {
      NotAllowedError: 'The device made none: it was cancelled, or it took too long.',
      InvalidStateError: 'This device has a passkey for this account already.',
      SecurityError: 'Passkeys do not work at this address: open it under the name of the host.',
      other: (reason: string) => `The browser could not make a passkey: ${reason}`,
    },
  },
};

export const accountDe: Words<typeof accountEn> = {
  password: {
    title: 'Passwort',
    explain: 'Wenn Sie es ändern, werden Sie überall außer hier abgemeldet.',
    none: 'Dieses Konto hat kein Passwort: der OpenID-Anbieter öffnet es. Die Plattformverwaltung kann ein Aktivierungsgeheimnis machen, mit dem Sie auf der Anmeldeseite eines setzen.',
    change: 'Passwort ändern',
    name: 'Name',
    current: 'Jetziges Passwort',
    next: 'Neues Passwort',
    nextHint:
      'Mindestens 12 Zeichen. Die Länge zählt: mehrere Wörter sind besser als eines mit Sonderzeichen.',
    again: 'Neues Passwort noch einmal',
    differs: 'Das ist nicht dasselbe.',
    same: 'Das ist das jetzige Passwort.',
    show: 'Zeigen oder verbergen, was getippt ist',
    changed: 'Das Passwort ist geändert. Überall sonst sind Sie abgemeldet.',
    wrong: 'Das jetzige Passwort ist falsch.',
    tooMany: 'Zu viele Versuche: warten Sie ein wenig, nach jedem länger.',
    strength: 'Wie stark es ist',
    verdict: {
      'too-short': (missing: number) =>
        missing === 1 ? 'Zu kurz: noch ein Zeichen.' : `Zu kurz: noch ${missing} Zeichen.`,
      'too-long': (surplus: number) => `Um ${surplus} zu lang.`,
      names: 'Leicht zu raten: es ist kaum mehr als ein Name.',
      pattern: 'Leicht zu raten: es wiederholt sich oder folgt dem Alphabet oder der Tastatur.',
      enough: 'Gut.',
      long: 'Sehr gut: lang.',
    },
  },
  passkeys: {
    signInFirst:
      'Passkeys werden binnen zehn Minuten nach einer Anmeldung hinzugefügt und entfernt. Melden Sie sich zuerst neu an.',
    unsupported:
      'Dieser Browser benutzt unter dieser Adresse keine Passkeys: sie brauchen https oder localhost, und einen Rechnernamen.',
    addExplain:
      'Der Browser fragt nach dem Gerät, das ihn aufbewahrt: dieses, ein Telefon oder ein Sicherheitsschlüssel. Von da an wird nach dem Passwort nach ihm gefragt.',
    label: 'Name',
    labelHint: 'Woran Sie ihn von Ihren anderen unterscheiden, etwa „Laptop im Büro“.',
    confirm: 'Weiter zum Gerät',
    rename: 'Umbenennen',
    renameTitle: (label: string) => `Ein anderer Name für ${label}`,
    keep: 'Namen speichern',
    removeLast: 'Es ist der letzte: danach öffnet das Passwort allein dieses Konto.',
    device: {
      NotAllowedError: 'Das Gerät hat keinen gemacht: abgebrochen, oder es dauerte zu lange.',
      InvalidStateError: 'Dieses Gerät hat schon einen Passkey für dieses Konto.',
      SecurityError:
        'Unter dieser Adresse gehen Passkeys nicht: öffnen Sie sie unter dem Namen des Rechners.',
      other: (reason: string) => `Der Browser konnte keinen Passkey machen: ${reason}`,
    },
  },
};
