/** Both halves of the primitives: against the vectors of their specifications, and against each other. */
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import fc from 'fast-check';
import { concatBytes, fromHex, toHex, utf8 } from '../encoding/index.js';
import * as browser from './primitives.browser.js';
import * as node from './primitives.node.js';
import type { PasskeyKey, Primitives } from './primitives.js';
import { WEAK_BOX_KEYS, WEAK_SIGNING_KEYS } from './testing/weak-points.js';

const HALVES: readonly (readonly [string, Primitives])[] = [
  ['node', node],
  ['browser', browser],
];
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });

function hashOf({ createSha256 }: Primitives, parts: readonly Uint8Array[]): string {
  const hash = createSha256();
  parts.forEach((part) => {
    hash.update(part);
  });
  return toHex(hash.digest());
}

/** Public key and signature of RFC 8032 section 7.1, test 3. */
const RFC_8032 = {
  seed: 'c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7',
  publicKey: 'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025',
  message: 'af82',
  signature:
    '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac' +
    '18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a',
};

describe.each(HALVES)('the primitives of the %s half', (_, half) => {
  it('have SHA-256 of FIPS 180-4', () => {
    const abc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
    expect(hashOf(half, [utf8('a'), utf8('bc')])).toBe(abc);
  });

  it('have HKDF of RFC 5869, A.1', () => {
    const salt = fromHex('000102030405060708090a0b0c');
    const info = fromHex('f0f1f2f3f4f5f6f7f8f9');
    expect(toHex(half.hkdfSha256(fromHex('0b'.repeat(22)), salt, info, 42))).toBe(
      '3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865',
    );
  });

  it('have the key stream of AES-256 in counter mode, from any block on', () => {
    const zero = new Uint8Array(32);
    const stream = half.aesCtrStream(zero, 0n);
    const blocks = [stream(16), stream(1), stream(15)].map(toHex);
    // The block of zeros under the key of zeros: H of McGrew and Viega, "The Galois/Counter Mode of Operation", case 13.
    expect(blocks[0]).toBe('dc95c078a2408989ad48a21492842087');
    expect(toHex(half.aesCtrStream(zero, 1n)(16))).toBe(`${blocks[1]}${blocks[2]}`);
  });

  it('have AES-256-GCM of McGrew and Viega, case 14', () => {
    const key = { key: new Uint8Array(32), nonce: new Uint8Array(12), associated: utf8('') };
    const sealed = half.gcmSeal(new Uint8Array(16), key);
    expect(toHex(sealed)).toBe('cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919');
    expect(half.gcmOpen(sealed, key)).toEqual(new Uint8Array(16));
    expect(half.gcmOpen(sealed, { ...key, associated: utf8('a') })).toBeUndefined();
  });

  it('have Ed25519 of RFC 8032, test 3', () => {
    const [seed, publicKey, message, signature] = Object.values(RFC_8032).map(fromHex) as [
      Uint8Array,
      Uint8Array,
      Uint8Array,
      Uint8Array,
    ];
    expect(toHex(half.signEd25519(message, concatBytes(seed, publicKey)))).toBe(toHex(signature));
    expect(half.verifyEd25519(message, signature, publicKey)).toBe(true);
    expect(half.verifyEd25519(seed, signature, publicKey)).toBe(false);
  });

  it('have X25519 of RFC 7748 section 6.1, and nothing to say of points of small order', () => {
    const alice = fromHex('77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a');
    const bob = fromHex('de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f');
    expect(toHex(half.x25519(bob, alice) ?? bob)).toBe(
      '4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742',
    );
    for (const [, key] of WEAK_BOX_KEYS) {
      expect(half.x25519(key, alice)).toBeUndefined();
    }
  });

  it('draw another number each time', () => {
    const drawn = half.randomBytes(70_000);
    expect(drawn).toHaveLength(70_000);
    expect(drawn.subarray(65_536, 65_568)).not.toEqual(half.randomBytes(32));
    expect(drawn.subarray(65_536).some((byte) => byte !== 0)).toBe(true);
  });
});

describe('the two halves', () => {
  it('hash and derive alike', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 })), bytes(32), (parts, key) => {
        expect(hashOf(browser, parts)).toBe(hashOf(node, parts));
        const [salt = key, info = key] = parts;
        expect(browser.hkdfSha256(key, salt, info, 77)).toEqual(
          node.hkdfSha256(key, salt, info, 77),
        );
      }),
      { numRuns: 30 },
    );
  });

  it('make the same key stream from any place on, in pieces of any size', () => {
    const sizes = fc.array(fc.nat(300), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(bytes(32), fc.bigInt(0n, 2n ** 60n), sizes, (key, block, pieces) => {
        const [a, b] = [node.aesCtrStream(key, block), browser.aesCtrStream(key, block)];
        for (const piece of pieces) {
          expect(toHex(b(piece))).toBe(toHex(a(piece)));
        }
      }),
      { numRuns: 30 },
    );
  });

  it('seal, open, sign and multiply alike', () => {
    fc.assert(
      fc.property(bytes(32), bytes(12), fc.uint8Array({ maxLength: 100 }), (key, nonce, text) => {
        const gcm = { key, nonce, associated: text };
        const sealed = browser.gcmSeal(text, gcm);
        expect(sealed).toEqual(node.gcmSeal(text, gcm));
        expect(browser.gcmOpen(sealed, gcm)).toEqual(node.gcmOpen(sealed, gcm));
        expect(browser.x25519(key, key)).toEqual(node.x25519(key, key));
      }),
      { numRuns: 10 },
    );
  });
});

const EDWARDS = generateKeyPairSync('ed25519');
const EDWARDS_KEY = Uint8Array.from(
  EDWARDS.publicKey.export({ type: 'spki', format: 'der' }).subarray(-32),
);

describe('signatures of Ed25519', () => {
  function expectSame(message: Uint8Array, signature: Uint8Array, key: Uint8Array): boolean {
    const verdict = node.verifyEd25519(message, signature, key);
    expect(browser.verifyEd25519(message, signature, key)).toBe(verdict);
    return verdict;
  }

  it('hold for both halves or for neither, with any byte changed', () => {
    const message = utf8('a message');
    const signature = Uint8Array.from(sign(null, message, EDWARDS.privateKey));
    expect(expectSame(message, signature, EDWARDS_KEY)).toBe(true);
    for (let i = 0; i < 64; i += 1) {
      const changed = signature.slice();
      changed[i] = (changed[i] as number) ^ 1;
      // Beyond its last byte S would no longer be below L, which is for the caller to see.
      expect(expectSame(message, i === 63 ? signature : changed, EDWARDS_KEY)).toBe(i === 63);
    }
  });

  it('do not hold for a key that is no point, and not by the cofactor', () => {
    const noPoint = fromHex(`02${'00'.repeat(31)}`);
    expect(expectSame(utf8('a'), new Uint8Array(64), noPoint)).toBe(false);
    // With the cofactor, S = 0 and any R of small order would hold for every key of small order.
    for (const [, key] of WEAK_SIGNING_KEYS.slice(0, 8)) {
      for (const [, r] of WEAK_SIGNING_KEYS.slice(0, 8)) {
        expectSame(utf8('a'), concatBytes(r, new Uint8Array(32)), key);
      }
    }
  });
});

describe('signatures of passkeys', () => {
  const message = utf8('what was asked');
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const member = (text = ''): Uint8Array => new Uint8Array(Buffer.from(text, 'base64url'));
  const ecKey = ec.publicKey.export({ format: 'jwk' });
  const rsaKey = rsa.publicKey.export({ format: 'jwk' });
  const ES256 = { algorithm: 'ES256', x: member(ecKey.x), y: member(ecKey.y) } as const;
  const RS256 = { algorithm: 'RS256', n: member(rsaKey.n), e: member(rsaKey.e) } as const;
  const CASES = [
    ['ES256', ES256, Uint8Array.from(sign('sha256', message, ec.privateKey))],
    ['RS256', RS256, Uint8Array.from(sign('sha256', message, rsa.privateKey))],
  ] as const;

  function expectSame(key: PasskeyKey, signature: Uint8Array): boolean {
    const verdict = node.verifyPasskey(key, message, signature);
    expect(browser.verifyPasskey(key, message, signature)).toBe(verdict);
    return verdict;
  }

  it.each(CASES)('of %s hold for both halves or for neither', (_, key, signature) => {
    expect(expectSame(key, signature)).toBe(true);
    expect(expectSame(key, concatBytes(signature, Uint8Array.of(0)))).toBe(false);
    expect(expectSame(key, signature.subarray(1))).toBe(false);
    expect(expectSame(key, concatBytes(Uint8Array.of(0), signature))).toBe(false);
    expect(expectSame(key, new Uint8Array(0))).toBe(false);
    fc.assert(
      fc.property(fc.nat(signature.length - 1), fc.integer({ min: 1, max: 255 }), (at, by) => {
        const changed = signature.slice();
        changed[at] = (changed[at] as number) ^ by;
        expectSame(key, changed);
      }),
      { numRuns: 60 },
    );
  });

  it('of ES256 hold with n - s too, and with no number written otherwise', () => {
    const [, , signature] = CASES[0];
    const n = BigInt('0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551');
    const rLength = signature[3] as number;
    const s = signature.subarray(6 + rLength);
    const twin = (n - BigInt(`0x${toHex(s)}`)).toString(16).padStart(64, '0');
    const der = (value: Uint8Array): Uint8Array =>
      concatBytes(Uint8Array.of(2, value.length), value);
    const positive = (hex: string): Uint8Array =>
      fromHex(Number.parseInt(hex.slice(0, 2), 16) > 127 ? `00${hex}` : hex.replace(/^(00)+/, ''));
    const r = signature.subarray(4, 4 + rLength);
    const whole = (...parts: readonly Uint8Array[]): Uint8Array => {
      const body = concatBytes(...parts.map(der));
      return concatBytes(Uint8Array.of(0x30, body.length), body);
    };
    expect(expectSame(ES256, whole(r, positive(twin)))).toBe(true);
    expect(expectSame(ES256, whole(concatBytes(Uint8Array.of(0), r), s))).toBe(false);
    expect(expectSame(ES256, whole(Uint8Array.of(0), s))).toBe(false);
    expect(expectSame(ES256, whole(r, Uint8Array.of(0)))).toBe(false);
  });

  it('of RS256 do not hold for a number beyond the modulus or an even one', () => {
    expect(expectSame(RS256, RS256.n)).toBe(false);
    expect(expectSame(RS256, new Uint8Array(256).fill(0xff))).toBe(false);
    const even = { ...RS256, n: RS256.n.map((byte, i) => (i === 255 ? byte & 0xfe : byte)) };
    expect(expectSame(even, CASES[1][2])).toBe(false);
    const hash = createHash('sha256').update(message).digest();
    expect(expectSame(RS256, concatBytes(new Uint8Array(224), hash))).toBe(false);
  });

  it.each([
    ['zero', new Uint8Array(32), new Uint8Array(32)],
    ['off the curve', ES256.x, ES256.x],
    ['beyond the prime', new Uint8Array(32).fill(0xff), ES256.y],
  ])('are by no point %s', (_, x, y) => {
    const key = { algorithm: 'ES256', x, y } as const;
    expect([node.isPasskeyKey(key), browser.isPasskeyKey(key)]).toEqual([false, false]);
    expect([node.isPasskeyKey(ES256), browser.isPasskeyKey(RS256)]).toEqual([true, true]);
  });
});
