import nacl from 'tweetnacl';
import { fromBase64, fromHex, toBase64, toHex, utf8 } from '../encoding/index.js';
import {
  boxKeyPairFrom,
  boxOpen,
  boxSeal,
  generateBoxKeyPair,
  sharedSecret,
  type SealedBox,
} from './box.js';
import { randomBytes } from './random.js';
import { WEAK_BOX_KEYS } from './testing/weak-points.js';
import type { ErrorCode } from '../vocabulary/index.js';
import { refusal } from '../vocabulary/testing/refusal.js';

/** RFC 7748 section 6.1, the same keys as in NaCl's tests/box.c. */
const ALICE_SECRET = fromHex('77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a');
const ALICE_PUBLIC = '8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a';
const BOB_SECRET = fromHex('5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb');
const BOB_PUBLIC = 'de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f';

/** NaCl, tests/box.c and tests/box.out. */
const NACL_BOX = {
  nonce: '69696ee955b62b73cd62bda875fc73d68219e0036b7a0b37',
  plain:
    'be075fc53c81f2d5cf141316ebeb0c7b5228c52a4c62cbd44b66849b64244ffc' +
    'e5ecbaaf33bd751a1ac728d45e6c61296cdc3c01233561f41db66cce314adb31' +
    '0e3be8250c46f06dceea3a7fa1348057e2f6556ad6b1318a024a838f21af1fde' +
    '048977eb48f59ffd4924ca1c60902e52f0a089bc76897040e082f93776384864' +
    '5e0705',
  box:
    'f3ffc7703f9400e52a7dfb4b3d3305d98e993b9f48681273c29650ba32fc76ce' +
    '48332ea7164d96a4476fb8c531a1186ac0dfc17c98dce87b4da7f011ec48c972' +
    '71d2c20f9b928fe2270d6fb863d51738b48eeee314a7cc8ab932164548e526ae' +
    '90224368517acfeabd6bb3732bc0e9da99832b61ca01b6de56244a9e88d5f9b3' +
    '7973f622a43d14a6599b1f654cb45a74e355a5',
};

const mine = generateBoxKeyPair();
const theirs = generateBoxKeyPair();
const plain = utf8('a content key');
const sealed = boxSeal(plain, theirs.publicKey, mine.secretKey);

describe('X25519', () => {
  it('has the vectors of RFC 7748 section 6.1', () => {
    expect(toHex(boxKeyPairFrom(ALICE_SECRET).publicKey)).toBe(ALICE_PUBLIC);
    expect(toHex(boxKeyPairFrom(BOB_SECRET).publicKey)).toBe(BOB_PUBLIC);
    const secret = '4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742';
    expect(toHex(sharedSecret(fromHex(BOB_PUBLIC), ALICE_SECRET))).toBe(secret);
    expect(toHex(sharedSecret(fromHex(ALICE_PUBLIC), BOB_SECRET))).toBe(secret);
  });

  it('agrees with tweetnacl for any key', () => {
    for (let i = 0; i < 20; i += 1) {
      const [secret, point] = [randomBytes(32), randomBytes(32)];
      expect(sharedSecret(point, secret)).toEqual(nacl.scalarMult(secret, point));
    }
  });

  it('seals what tweetnacl opens', () => {
    const box = nacl.box.open(
      fromBase64(sealed.box),
      fromBase64(sealed.nonce),
      mine.publicKey,
      theirs.secretKey,
    );
    expect(box).toEqual(plain);
  });

  it.each(WEAK_BOX_KEYS)('refuses the point at %s wherever it is used', (_, weak) => {
    const refused = refusal('weak-key');
    expect(() => sharedSecret(weak, mine.secretKey)).toThrow(refused);
    expect(() => boxSeal(plain, weak, mine.secretKey)).toThrow(refused);
    expect(() => boxOpen(sealed, weak, mine.secretKey)).toThrow(refused);
  });

  it('asks for keys of 32 bytes', () => {
    const short = new Uint8Array(31);
    expect(() => sharedSecret(short, mine.secretKey)).toThrow('box key: expected 32');
    expect(() => sharedSecret(theirs.publicKey, short)).toThrow('box secret key: expected 32');
    expect(() => boxKeyPairFrom(short)).toThrow('box secret key: expected 32');
  });
});

describe('a box', () => {
  it('has the vector of NaCl, tests/box.c', () => {
    const box = {
      nonce: toBase64(fromHex(NACL_BOX.nonce)),
      box: toBase64(fromHex(NACL_BOX.box)),
    };
    expect(toHex(boxOpen(box, fromHex(BOB_PUBLIC), ALICE_SECRET))).toBe(NACL_BOX.plain);
    expect(toHex(boxOpen(box, fromHex(ALICE_PUBLIC), BOB_SECRET))).toBe(NACL_BOX.plain);
  });

  it('opens for the receiver, and for its sender', () => {
    expect(boxOpen(sealed, mine.publicKey, theirs.secretKey)).toEqual(plain);
    expect(boxOpen(sealed, theirs.publicKey, mine.secretKey)).toEqual(plain);
  });

  it('has a fresh nonce each time', () => {
    const again = boxSeal(plain, theirs.publicKey, mine.secretKey);
    expect(again.nonce).not.toBe(sealed.nonce);
    expect(again.box).not.toBe(sealed.box);
  });

  it('is 16 bytes longer than what it holds, and may hold nothing', () => {
    expect(fromBase64(sealed.box)).toHaveLength(plain.length + 16);
    const empty = boxSeal(new Uint8Array(0), theirs.publicKey, mine.secretKey);
    expect(boxOpen(empty, mine.publicKey, theirs.secretKey)).toEqual(new Uint8Array(0));
  });

  it('does not open with a bit changed', () => {
    const bytes = fromBase64(sealed.box);
    for (let bit = 0; bit < 8 * bytes.length; bit += 19) {
      const changed = bytes.slice();
      changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
      const box = { nonce: sealed.nonce, box: toBase64(changed) };
      expect(() => boxOpen(box, mine.publicKey, theirs.secretKey)).toThrow(
        'box: made for other keys or altered',
      );
    }
  });

  it.each<[string, SealedBox, Uint8Array | null, ErrorCode]>([
    ['for a third key', sealed, generateBoxKeyPair().secretKey, 'bad-message'],
    [
      'under another nonce',
      { ...sealed, nonce: toBase64(new Uint8Array(24)) },
      null,
      'bad-message',
    ],
    ['when it is shorter than its tag', { ...sealed, box: 'AAAA' }, null, 'bad-message'],
    ['when it is empty', { ...sealed, box: '' }, null, 'bad-message'],
    ['with a nonce of another length', { ...sealed, nonce: 'AAAA' }, null, 'bad-encoding'],
    ['when it is not base64', { ...sealed, box: '?' }, null, 'bad-encoding'],
  ])('does not open %s', (_, box, secretKey, code) => {
    expect(() => boxOpen(box, mine.publicKey, secretKey ?? theirs.secretKey)).toThrow(
      refusal(code),
    );
  });
});
