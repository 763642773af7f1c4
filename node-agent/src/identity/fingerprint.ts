/** A key in the forms that two people compare: words over the telephone, colours side by side, digits, a code for a camera. */
import { fingerprintDigits, keyCard } from '@consilium/shared/crypto';
import { toBase64 } from '@consilium/shared/encoding';
import { renderUnicodeCompact } from 'uqr';

/** @param publicKey 32 bytes. @returns such as `1f3c 9a07 …`: 128 bits, beyond the reach of a search for a second key. */
export function fingerprintOf(publicKey: Uint8Array): string {
  return fingerprintDigits(publicKey);
}

/** The key itself and every form of it under each other. @param publicKey 32 bytes. @param colour whether the terminal shows colours */
export function showKey(publicKey: Uint8Array, colour: boolean): string {
  const code = (text: string): string => renderUnicodeCompact(text, { border: 1 });
  return `  key      ${toBase64(publicKey)}\n${keyCard(publicKey, { colour, code })}`;
}
