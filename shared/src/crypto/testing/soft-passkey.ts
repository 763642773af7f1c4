/** For specs: an authenticator of software that makes ES256 assertions as a browser hands them out. */
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { concatBytes, utf8 } from '../../encoding/index.js';
import type { Assertion } from '../index.js';

export interface SoftPasskey {
  /** COSE key. */
  readonly publicKey: Uint8Array;
  /** The domain that the passkey is bound to. */
  readonly rpId: string;
  /** @param origin of the page that asks */
  assert(challenge: Uint8Array, origin: string): Assertion;
}

/** User present, user verified. */
const FLAGS = 0x05;

export function createSoftPasskey(rpId: string): SoftPasskey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const hash = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();
  return {
    rpId,
    publicKey: coseOf(fromBase64Url(x), fromBase64Url(y)),
    assert: (challenge, origin) => {
      const clientDataJson = utf8(
        JSON.stringify({
          type: 'webauthn.get',
          challenge: Buffer.from(challenge).toString('base64url'),
          origin,
          crossOrigin: false,
        }),
      );
      const authenticatorData = concatBytes(hash(utf8(rpId)), Uint8Array.of(FLAGS, 0, 0, 0, 1));
      const message = concatBytes(authenticatorData, hash(clientDataJson));
      const signature = new Uint8Array(sign('sha256', message, privateKey));
      return { authenticatorData, clientDataJson, signature };
    },
  };
}

/** {1: 2, 3: -7, -1: 1, -2: x, -3: y} in CBOR. */
function coseOf(x: Uint8Array, y: Uint8Array): Uint8Array {
  const head = Uint8Array.of(0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20);
  return concatBytes(head, x, Uint8Array.of(0x22, 0x58, 0x20), y);
}

function fromBase64Url(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'base64url'));
}
