import { createHash } from 'node:crypto';
import fc from 'fast-check';
import nacl from 'tweetnacl';
import { concatBytes, fromHex, toHex, utf8 } from '../encoding/index.js';
import {
  generateSigningKeyPair,
  keyIdOf,
  signDetached,
  signingKeyPairFrom,
  verifyDetached,
} from './signing.js';
import { WEAK_SIGNING_KEYS } from './testing/weak-points.js';

/** RFC 8032 section 7.1. */
const RFC_8032 = [
  {
    name: 'test 1',
    seed: '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
    publicKey: 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    message: '',
    signature:
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155' +
      '5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
  },
  {
    name: 'test 2',
    seed: '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
    publicKey: '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
    message: '72',
    signature:
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da' +
      '085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
  },
  {
    name: 'test 3',
    seed: 'c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7',
    publicKey: 'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025',
    message: 'af82',
    signature:
      '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac' +
      '18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a',
  },
  {
    name: 'test SHA(abc)',
    seed: '833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42',
    publicKey: 'ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf',
    message: createHash('sha512').update('abc').digest('hex'),
    signature:
      'dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b589' +
      '09351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704',
  },
] as const;

/** L = 2^252 + 27742317777372353535851937790883648493. */
const GROUP_ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;

/** The signature with L added to its second half, which stands for the same scalar. */
function plusGroupOrder(signature: Uint8Array): Uint8Array {
  const reversedHex = toHex(signature.slice(32).reverse());
  const s = (BigInt(`0x${reversedHex}`) + GROUP_ORDER).toString(16).padStart(64, '0');
  return concatBytes(signature.subarray(0, 32), fromHex(s).reverse());
}

const pair = generateSigningKeyPair();
const message = utf8('a message');
const signature = signDetached(message, pair.secretKey);

describe('Ed25519', () => {
  it.each(RFC_8032)('has $name of RFC 8032', (vector) => {
    const publicKey = fromHex(vector.publicKey);
    const secretKey = concatBytes(fromHex(vector.seed), publicKey);
    const text = fromHex(vector.message);
    expect(signingKeyPairFrom(secretKey).publicKey).toEqual(publicKey);
    expect(toHex(signDetached(text, secretKey))).toBe(vector.signature);
    expect(verifyDetached(text, fromHex(vector.signature), publicKey)).toBe(true);
  });

  it('signs with the same bytes as tweetnacl, and each verifies what the other signs', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        fc.uint8Array({ maxLength: 300 }),
        (seed, text) => {
          const { publicKey, secretKey } = nacl.sign.keyPair.fromSeed(seed);
          const ours = signDetached(text, secretKey);
          expect(ours).toEqual(nacl.sign.detached(text, secretKey));
          expect(verifyDetached(text, ours, publicKey)).toBe(true);
          expect(nacl.sign.detached.verify(text, ours, publicKey)).toBe(true);
        },
      ),
      { numRuns: 8 },
    );
  });

  it('gives plain bytes', () => {
    expect(signature.constructor).toBe(Uint8Array);
    expect(signature).toHaveLength(64);
  });

  it('refuses a signature with any bit changed', () => {
    for (let bit = 0; bit < 512; bit += 1) {
      const changed = signature.slice();
      changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
      expect(verifyDetached(message, changed, pair.publicKey)).toBe(false);
    }
  });

  it('refuses another message, another key and another length', () => {
    expect(verifyDetached(message, signature, pair.publicKey)).toBe(true);
    expect(verifyDetached(utf8('a messagf'), signature, pair.publicKey)).toBe(false);
    expect(verifyDetached(message, signature, generateSigningKeyPair().publicKey)).toBe(false);
    expect(verifyDetached(message, signature.subarray(1), pair.publicKey)).toBe(false);
    expect(verifyDetached(message, concatBytes(signature, signature), pair.publicKey)).toBe(false);
    expect(verifyDetached(message, new Uint8Array(0), pair.publicKey)).toBe(false);
  });

  it('refuses S + L, which tweetnacl takes for S', () => {
    const malleable = plusGroupOrder(signature);
    expect(nacl.sign.detached.verify(message, malleable, pair.publicKey)).toBe(true);
    expect(verifyDetached(message, malleable, pair.publicKey)).toBe(false);
  });

  it('refuses S = L, the least that is not reduced', () => {
    const s = fromHex(GROUP_ORDER.toString(16).padStart(64, '0')).reverse();
    const zero = concatBytes(signature.subarray(0, 32), s);
    expect(verifyDetached(message, zero, pair.publicKey)).toBe(false);
  });

  it.each(WEAK_SIGNING_KEYS)('refuses every signature by the key at %s', (_, weak) => {
    for (const [, r] of WEAK_SIGNING_KEYS) {
      expect(verifyDetached(message, concatBytes(r, new Uint8Array(32)), weak)).toBe(false);
    }
  });

  it('refuses a key that is no point', () => {
    const noPoint = fromHex(`02${'00'.repeat(31)}`);
    expect(verifyDetached(message, signature, noPoint)).toBe(false);
  });

  it.each([31, 33])('asks for keys of the right length, not %d bytes', (length) => {
    const wrong = new Uint8Array(length);
    expect(() => verifyDetached(message, signature, wrong)).toThrow('signing key: expected 32');
    expect(() => signDetached(message, wrong)).toThrow('signing secret key: expected 64');
    expect(() => signingKeyPairFrom(wrong)).toThrow('signing secret key: expected 64');
    expect(() => keyIdOf(wrong)).toThrow('signing key: expected 32');
  });
});

describe('a signing key pair', () => {
  it('is read back from its secret half', () => {
    expect(signingKeyPairFrom(pair.secretKey)).toEqual(pair);
  });

  it('is refused when seed and public key are of two pairs', () => {
    const other = generateSigningKeyPair();
    const mixed = concatBytes(pair.secretKey.subarray(0, 32), other.publicKey);
    expect(() => signingKeyPairFrom(mixed)).toThrow('its halves do not belong together');
  });

  it('has a short name made from the public half under its own domain', () => {
    const hash = createHash('sha256').update('consilium/v1/key\0').update(pair.publicKey);
    expect(keyIdOf(pair.publicKey)).toBe(hash.digest('hex').slice(0, 16));
  });
});
