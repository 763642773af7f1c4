/** For specs that need many keys: tweetnacl takes long to make them inside Jest. */
import { generateKeyPairSync } from 'node:crypto';
import type { BoxKeyPair } from '../index.js';

/** Both DER forms of RFC 8410 end in the 32 bytes. */
export function freshBoxKeyPair(): BoxKeyPair {
  const { publicKey, privateKey } = generateKeyPairSync('x25519');
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  const pkcs8 = privateKey.export({ type: 'pkcs8', format: 'der' });
  return {
    publicKey: Uint8Array.from(spki.subarray(-32)),
    secretKey: Uint8Array.from(pkcs8.subarray(-32)),
  };
}
