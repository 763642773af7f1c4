/**
 * A key in forms that two people compare: six words over the telephone, eight colours side by side, 32 digits in print. All of
 * them come from one domain-separated SHA-256 of the key. Words: 6 x 11 bits, so a key with the same six words as a given one
 * costs 2^66 tries; the list is that of BIP-39, English, whose words differ in their first four letters.
 */
import { wordlist } from '@scure/bip39/wordlists/english';
import { concatBytes, requireBytes, toHex, utf8 } from '../encoding/index.js';
import { sha256 } from './hash.js';
import { keyIdOf } from './signing.js';

const DOMAIN = utf8('consilium/v1/fingerprint\0');
const DIGIT_BYTES = 16;
const GROUP = 4;
const WORDS = 6;
const BITS_PER_WORD = 11;
const COLOUR_BARS = 8;

/** Eight colours that differ for most people, also on paper and with a colour-blind reader beside their names. */
const COLOURS: readonly KeyColour[] = [
  { name: 'black', hex: '#000000', ansi: 0 },
  { name: 'red', hex: '#cc3311', ansi: 1 },
  { name: 'green', hex: '#228833', ansi: 2 },
  { name: 'yellow', hex: '#ddaa33', ansi: 3 },
  { name: 'blue', hex: '#0044bb', ansi: 4 },
  { name: 'magenta', hex: '#aa3377', ansi: 5 },
  { name: 'cyan', hex: '#33bbee', ansi: 6 },
  { name: 'white', hex: '#ffffff', ansi: 7 },
];

export interface KeyColour {
  readonly name: string;
  /** For a page. */
  readonly hex: string;
  /** For a terminal: 0 to 7 of ECMA-48's colours. */
  readonly ansi: number;
}

/** @param publicKey 32 bytes. @returns such as `1f3c 9a07 …`: 128 bits, beyond the reach of a search for a second key. */
export function fingerprintDigits(publicKey: Uint8Array): string {
  const digits = toHex(hashOf(publicKey, 'digits').subarray(0, DIGIT_BYTES));
  return Array.from({ length: digits.length / GROUP }, (_, i) =>
    digits.slice(i * GROUP, (i + 1) * GROUP),
  ).join(' ');
}

/** @param publicKey 32 bytes. @returns six words, most significant bits first. */
export function fingerprintWords(publicKey: Uint8Array): readonly string[] {
  const bits = [...hashOf(publicKey, 'words')]
    .map((byte) => byte.toString(2).padStart(8, '0'))
    .join('');
  return Array.from({ length: WORDS }, (_, i) => {
    const index = Number.parseInt(bits.slice(i * BITS_PER_WORD, (i + 1) * BITS_PER_WORD), 2);
    return wordlist[index] ?? '';
  });
}

/** @param publicKey 32 bytes. @returns eight colours, three bits each: to see at a glance that two pages differ, never to trust. */
export function fingerprintColours(publicKey: Uint8Array): readonly KeyColour[] {
  return [...hashOf(publicKey, 'colours').subarray(0, COLOUR_BARS)].flatMap(
    (byte) => COLOURS[byte % COLOURS.length] ?? [],
  );
}

/**
 * Every form under each other, for a terminal.
 * @param code makes a QR code of a text, as lines. @param colour whether the terminal shows colours; their names stand there in any case.
 */
export function keyCard(
  publicKey: Uint8Array,
  { colour, code }: { readonly colour: boolean; readonly code: (text: string) => string },
): string {
  const keyId = keyIdOf(publicKey);
  const digits = fingerprintDigits(publicKey);
  const colours = fingerprintColours(publicKey);
  const names = colours.map(({ name }) => name).join(' ');
  // ECMA-48 section 8.3.117: background colours 40 to 47.
  const bars = colours.map(({ ansi }) => `\u001b[${40 + ansi}m  `).join('');
  const lines = [
    `words    ${fingerprintWords(publicKey).join(' ')}`,
    `colours  ${colour ? `${bars}\u001b[0m  ` : ''}${names}`,
    `key id   ${keyId}`,
    `digits   ${digits}`,
    ...code(`consilium-key:${keyId}:${digits.replaceAll(' ', '')}`).split('\n'),
  ];
  return lines.map((line) => `  ${line}\n`).join('');
}

/** Whether somebody has read out the words of this key; case and spacing do not count. */
export function areWordsOf(publicKey: Uint8Array, spoken: string): boolean {
  const words = spoken
    .trim()
    .toLowerCase()
    .split(/[\s,]+/u);
  return words.join(' ') === fingerprintWords(publicKey).join(' ');
}

/** Each form has bits of its own, so that a search for one of them helps with no other. The digits keep their first domain. */
function hashOf(publicKey: Uint8Array, form: 'digits' | 'words' | 'colours'): Uint8Array {
  const key = requireBytes(publicKey, 32, 'public key');
  return sha256(concatBytes(DOMAIN, key, utf8(form === 'digits' ? '' : form)));
}
