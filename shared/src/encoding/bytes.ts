/** Byte strings: text to bytes and back without loss, joining, comparing. */
import { ConsiliumError } from '../vocabulary/index.js';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const LONE_SURROGATE = /\p{Surrogate}/u;

/** @throws ConsiliumError 'bad-encoding' on a lone surrogate, which TextEncoder would silently replace. */
export function utf8(text: string): Uint8Array {
  if (!isWellFormed(text)) {
    throw new ConsiliumError('bad-encoding', 'text holds half a surrogate pair');
  }
  return encoder.encode(text);
}

/** A byte order mark is kept as a character. @throws ConsiliumError 'bad-encoding' if the bytes are not UTF-8. */
export function fromUtf8(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw new ConsiliumError('bad-encoding', 'expected UTF-8 text', { cause });
  }
}

/** Whether the text has a UTF-8 form: no half of a surrogate pair stands alone. */
export function isWellFormed(text: string): boolean {
  return !LONE_SURROGATE.test(text);
}

export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) {
    length += part.length;
  }
  const joined = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

/** Compares in time that depends on the lengths only, so it may be used on secrets. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) {
    return false;
  }
  let difference = 0;
  for (let i = 0; i < a.length; i += 1) {
    difference |= (a[i] as number) ^ (b[i] as number);
  }
  return difference === 0;
}
