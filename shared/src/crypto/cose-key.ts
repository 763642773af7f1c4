/**
 * Public keys of passkeys: COSE keys (RFC 9052 section 7, RFC 9053 sections 7.1 and 7.2, RFC 8230) of the three algorithms that
 * authenticators have: ES256, EdDSA over Ed25519, and RS256, and their signatures as WebAuthn Level 2 section 6.5.6 has them.
 */
import { isPasskeyKey, verifyPasskey } from '#primitives';
import { ConsiliumError } from '../vocabulary/index.js';
import { readIntegerMap, type CborValue } from './cbor.js';
import { checkSigningPublicKey } from './key-checks.js';
import type { PasskeyKey } from './primitives.js';
import { verifyDetached } from './signing.js';

export type CoseKey = PasskeyKey | { readonly algorithm: 'EdDSA'; readonly x: Uint8Array };

/** Labels of RFC 9052 section 7.1, and those of each key type (RFC 9053 table 19 and 18, RFC 8230 table 4). */
const LABEL = { type: 1, algorithm: 3, curve: -1, x: -2, y: -3, n: -1, e: -2 } as const;
const ALGORITHM = { ES256: -7, EdDSA: -8, RS256: -257 } as const;
const TYPE = { okp: 1, ec2: 2, rsa: 3 } as const;
const CURVE = { p256: 1, ed25519: 6 } as const;
/** RSA of 2048 to 4096 bits. */
const MODULUS_BYTES = { least: 256, most: 512 } as const;

/** @throws ConsiliumError 'bad-encoding' for another form, algorithm or curve; 'weak-key'. */
export function parseCoseKey(bytes: Uint8Array): CoseKey {
  const map = readIntegerMap(bytes);
  switch (map.get(LABEL.algorithm)) {
    case ALGORITHM.ES256:
      return ellipticKey(map);
    case ALGORITHM.EdDSA:
      return edwardsKey(map);
    case ALGORITHM.RS256:
      return rsaKey(map);
    default:
      throw refuse('expected the algorithm ES256, EdDSA or RS256');
  }
}

/** Whether the signature is the key's over the message. */
export function verifyCose(key: CoseKey, message: Uint8Array, signature: Uint8Array): boolean {
  switch (key.algorithm) {
    case 'EdDSA':
      return verifyDetached(message, signature, key.x);
    case 'ES256':
    case 'RS256':
      return verifyPasskey(key, message, signature);
  }
}

function ellipticKey(map: ReadonlyMap<number, CborValue>): CoseKey {
  requireMembers(map, TYPE.ec2, 5, CURVE.p256);
  const [x, y] = [bytesOf(map, LABEL.x, 32, 32), bytesOf(map, LABEL.y, 32, 32)];
  return importable({ algorithm: 'ES256', x, y });
}

function edwardsKey(map: ReadonlyMap<number, CborValue>): CoseKey {
  requireMembers(map, TYPE.okp, 4, CURVE.ed25519);
  const x = bytesOf(map, LABEL.x, 32, 32);
  checkSigningPublicKey(x);
  return { algorithm: 'EdDSA', x };
}

function rsaKey(map: ReadonlyMap<number, CborValue>): CoseKey {
  requireMembers(map, TYPE.rsa, 4);
  const n = bytesOf(map, LABEL.n, MODULUS_BYTES.least, MODULUS_BYTES.most);
  const e = bytesOf(map, LABEL.e, 3, 3);
  if (n[0] === 0 || e.join() !== '1,0,1') {
    throw refuse('expected an RSA modulus without leading zero and the exponent 65537');
  }
  return importable({ algorithm: 'RS256', n, e });
}

function requireMembers(
  map: ReadonlyMap<number, CborValue>,
  type: number,
  members: number,
  curve?: number,
): void {
  const hasCurve = curve === undefined || map.get(LABEL.curve) === curve;
  if (map.get(LABEL.type) !== type || map.size !== members || !hasCurve) {
    throw refuse('its type, curve or members are not those of its algorithm');
  }
}

function bytesOf(
  map: ReadonlyMap<number, CborValue>,
  label: number,
  least: number,
  most: number,
): Uint8Array {
  const value = map.get(label);
  if (!(value instanceof Uint8Array) || value.length < least || value.length > most) {
    throw refuse(`member ${label}: expected ${least} to ${most} bytes`);
  }
  return value;
}

/** A point that is not on the curve is refused. */
function importable(key: PasskeyKey): CoseKey {
  if (!isPasskeyKey(key)) {
    throw refuse(`no ${key.algorithm} key has these numbers`);
  }
  return key;
}

function refuse(what: string): ConsiliumError {
  return new ConsiliumError('bad-encoding', `COSE key: ${what}`);
}
