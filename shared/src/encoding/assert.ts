/** Checks of arguments before anything is computed with them, in the manner of noble-hashes. */
import { ConsiliumError } from '../vocabulary/index.js';

/**
 * Returns the value if it is a Uint8Array of that length (any length if undefined).
 * @param title what the bytes are, for the message; the message never shows them.
 * @throws ConsiliumError 'bad-encoding'
 */
export function requireBytes(
  value: unknown,
  length: number | undefined,
  title: string,
): Uint8Array {
  const expected = length === undefined ? 'bytes' : `${length} bytes`;
  if (!(value instanceof Uint8Array)) {
    throw new ConsiliumError('bad-encoding', `${title}: expected ${expected}, got ${kind(value)}`);
  }
  if (length !== undefined && value.length !== length) {
    throw new ConsiliumError(
      'bad-encoding',
      `${title}: expected ${expected}, got ${value.length} bytes`,
    );
  }
  return value;
}

function kind(value: unknown): string {
  return value === null ? 'null' : typeof value;
}
