/** Keys of people that the auditor got by another way: lines of operator id, kind and public key in base64; `#` begins a remark. */
import { readFileSync } from 'node:fs';
import { checkSigningPublicKey, parseCoseKey } from '@consilium/shared/crypto';
import { fromBase64, requireBytes } from '@consilium/shared/encoding';
import type { PinnedPersonKey } from '@consilium/shared/verify';
import { ConsiliumError, parseOperatorId } from '@consilium/shared/vocabulary';

/** @throws ConsiliumError 'bad-request' naming the line, 'bad-encoding' or 'weak-key' for a key */
export function readPersonKeys(file: string): PinnedPersonKey[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new ConsiliumError('bad-request', `${file} cannot be read`, { cause });
  }
  const keys = text.split('\n').flatMap((line, i) => {
    const words = line.replace(/#.*/, '').trim();
    return words === '' ? [] : [personKeyOf(words.split(/\s+/), `${file}, line ${i + 1}`)];
  });
  if (keys.length === 0) {
    throw new ConsiliumError('bad-request', `${file} names no key`);
  }
  return keys;
}

function personKeyOf(words: readonly string[], place: string): PinnedPersonKey {
  const [operator, kind, key = '', ...more] = words;
  if ((kind !== 'ed25519' && kind !== 'webauthn') || more.length > 0) {
    const expected = 'an operator id, "ed25519" or "webauthn", and a public key in base64';
    throw new ConsiliumError('bad-request', `${place}: expected ${expected}`);
  }
  const publicKey = fromBase64(key);
  if (kind === 'ed25519') {
    checkSigningPublicKey(requireBytes(publicKey, 32, 'public key'));
  } else {
    parseCoseKey(publicKey);
  }
  return { operatorId: parseOperatorId(operator), kind, publicKey };
}
