/** Keys of the sample studies: random, but made once a process, since making them takes most of the time of a study. */
import {
  generateBoxKeyPair,
  generateSigningKeyPair,
  type BoxKeyPair,
  type SigningKeyPair,
} from '../../crypto/index.js';

const signingKeys = new Map<string, SigningKeyPair>();
const boxKeys = new Map<string, BoxKeyPair>();

export function sampleSigningKey(name: string): SigningKeyPair {
  return kept(signingKeys, name, generateSigningKeyPair);
}

export function sampleBoxKey(name: string): BoxKeyPair {
  return kept(boxKeys, name, generateBoxKeyPair);
}

function kept<T>(keys: Map<string, T>, name: string, make: () => T): T {
  const key = keys.get(name) ?? make();
  keys.set(name, key);
  return key;
}
