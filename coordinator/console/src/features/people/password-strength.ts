/**
 * What can be said of a password before it is set. Length is what counts; what repeats, follows the alphabet or the keyboard, or
 * names the account adds nothing to it (NIST SP 800-63B section 5.1.1.2).
 */

/** As the coordinator has them. */
export const SHORTEST = 12;
export const LONGEST = 256;
const LONG = 20;
/** So many characters must say something that those before them do not. */
const TELLING = 8;
const DIFFERENT = 5;
const PRODUCT = 'consilium';

export type Strength =
  | { readonly kind: 'too-short'; readonly missing: number }
  | { readonly kind: 'too-long'; readonly surplus: number }
  | { readonly kind: 'names' }
  | { readonly kind: 'pattern' }
  | { readonly kind: 'enough' }
  | { readonly kind: 'long' };

const ROWS = [
  'abcdefghijklmnopqrstuvwxyz',
  '01234567890',
  'qwertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  'qwertzuiopü',
  'asdfghjklöä',
  'yxcvbnm',
];

/** @param name of the account */
export function strengthOf(password: string, name: string): Strength {
  const characters = [...password.normalize('NFKC')];
  const { length } = characters;
  if (length < SHORTEST) {
    return { kind: 'too-short', missing: SHORTEST - length };
  }
  if (length > LONGEST) {
    return { kind: 'too-long', surplus: length - LONGEST };
  }
  const text = characters.join('').toLowerCase();
  if (isLittleBeside(text, name.toLowerCase()) || isLittleBeside(text, PRODUCT)) {
    return { kind: 'names' };
  }
  if (telling(text) < TELLING || new Set(text).size < DIFFERENT) {
    return { kind: 'pattern' };
  }
  return { kind: length < LONG ? 'enough' : 'long' };
}

function isLittleBeside(text: string, name: string): boolean {
  return name !== '' && text.includes(name) && text.replaceAll(name, '').length < TELLING;
}

/** Characters that neither repeat the one before, nor follow it in a row, nor belong to a repetition of the whole. */
function telling(text: string): number {
  const characters = [...text.slice(0, periodOf(text))];
  return characters.filter((character, i) => !follows(characters[i - 1], character)).length;
}

function follows(before: string | undefined, character: string): boolean {
  if (before === undefined) {
    return false;
  }
  const pair = before + character;
  const reversed = character + before;
  return before === character || ROWS.some((row) => row.includes(pair) || row.includes(reversed));
}

/** The length of what is repeated, or that of the text. */
function periodOf(text: string): number {
  for (let period = 1; period <= text.length / 2; period += 1) {
    if (text.slice(period) === text.slice(0, -period)) {
      return period;
    }
  }
  return text.length;
}
