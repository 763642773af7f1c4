/** What the pages of people have to say in common; the dictionaries of the pages go on from here. */

/** The form of a dictionary: the keys of one language with the texts of any. */
export type Words<T> = {
  readonly [K in keyof T]: T[K] extends string ? string : Words<T[K]>;
};

/**
 * What the script `page.mjs` says. Names in braces are filled in by it.
 * @property refused by the code of the coordinator's problem @property device by the name of the browser's exception (WebAuthn
 * level 3 section 5.1.3 and 5.1.4)
 */
export const pageEn = {
  unreachable: 'The coordinator does not answer. Try again.',
  tryIn: 'Too many tries: try again in {seconds} s.',
  refused: {
    'quota-exceeded': 'Too many tries at this moment: try again shortly.',
  },
  device: {
    NotAllowedError: 'The passkey was not used: it was cancelled, or it took too long.',
    InvalidStateError: 'This device has a passkey for this account already.',
    SecurityError:
      'Passkeys do not work at this address: open the page under the name of the host.',
    other: 'The browser could not use the passkey: {reason}',
  },
};

export const pageDe: Words<typeof pageEn> = {
  unreachable: 'Der Koordinator antwortet nicht. Versuchen Sie es noch einmal.',
  tryIn: 'Zu viele Versuche: versuchen Sie es in {seconds} s noch einmal.',
  refused: {
    'quota-exceeded': 'Im Augenblick zu viele Versuche: versuchen Sie es gleich noch einmal.',
  },
  device: {
    NotAllowedError: 'Der Passkey wurde nicht benutzt: abgebrochen, oder es dauerte zu lange.',
    InvalidStateError: 'Dieses Gerät hat schon einen Passkey für dieses Konto.',
    SecurityError:
      'Unter dieser Adresse gehen Passkeys nicht: öffnen Sie die Seite unter dem Namen des Rechners.',
    other: 'Der Browser konnte den Passkey nicht benutzen: {reason}',
  },
};
