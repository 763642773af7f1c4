/**
 * Base64 of RFC 4648 section 4, padded and canonical: each byte string has one text, so a signature or hash over text is one
 * over bytes (section 3.5 warns of the padding bits that atob and Buffer ignore).
 */
import { ConsiliumError } from '../vocabulary/index.js';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const INVALID = 255;
const VALUE_OF_CODE = valuesOfCodes();

export function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    text += quartet(bytes, i);
  }
  return text;
}

/** @throws ConsiliumError 'bad-encoding' on missing padding, other characters or non-zero padding bits. */
export function fromBase64(text: string): Uint8Array {
  if (text.length % 4 !== 0) {
    throw refuse('length is not a multiple of 4');
  }
  const padding = paddingOf(text);
  const digits = text.length - padding;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  let bits = 0;
  let held = 0;
  let offset = 0;
  for (let i = 0; i < digits; i += 1) {
    const value = VALUE_OF_CODE[text.charCodeAt(i)] ?? INVALID;
    if (value === INVALID) {
      throw refuse(`character ${i} is not of the alphabet`);
    }
    bits = ((bits << 6) | value) & 0x3fff;
    held += 6;
    if (held >= 8) {
      held -= 8;
      bytes[offset] = bits >>> held;
      offset += 1;
    }
  }
  if ((bits & ((1 << held) - 1)) !== 0) {
    throw refuse('padding bits are not zero');
  }
  return bytes;
}

function quartet(bytes: Uint8Array, i: number): string {
  const left = bytes.length - i;
  const word = ((bytes[i] as number) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
  return (
    digit(word >>> 18) +
    digit(word >>> 12) +
    (left > 1 ? digit(word >>> 6) : '=') +
    (left > 2 ? digit(word) : '=')
  );
}

function digit(word: number): string {
  return ALPHABET.charAt(word & 63);
}

function paddingOf(text: string): number {
  if (text.endsWith('==')) {
    return 2;
  }
  return text.endsWith('=') ? 1 : 0;
}

function valuesOfCodes(): Uint8Array {
  const values = new Uint8Array(128).fill(INVALID);
  for (let value = 0; value < ALPHABET.length; value += 1) {
    values[ALPHABET.charCodeAt(value)] = value;
  }
  return values;
}

function refuse(reason: string): ConsiliumError {
  return new ConsiliumError('bad-encoding', `base64: ${reason}`);
}
