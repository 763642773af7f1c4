/** Lower-case hexadecimal, the only form that is written or accepted, so that equal bytes have equal text. */
import { ConsiliumError } from '../vocabulary/index.js';

const PAIRS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
const BYTE_OF_PAIR = new Map(PAIRS.map((pair, byte) => [pair, byte]));

export function toHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) {
    text += PAIRS[byte];
  }
  return text;
}

/** @throws ConsiliumError 'bad-encoding' on odd length, upper case or any other character. */
export function fromHex(text: string): Uint8Array {
  if (text.length % 2 !== 0) {
    throw new ConsiliumError('bad-encoding', `hex: odd number of digits (${text.length})`);
  }
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i += 1) {
    const byte = BYTE_OF_PAIR.get(text.slice(2 * i, 2 * i + 2));
    if (byte === undefined) {
      throw new ConsiliumError('bad-encoding', `hex: not 0-9a-f at digit ${2 * i}`);
    }
    bytes[i] = byte;
  }
  return bytes;
}
