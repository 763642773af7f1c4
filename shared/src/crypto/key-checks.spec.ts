import { createPublicKey, verify } from 'node:crypto';
import nacl from 'tweetnacl';
import { concatBytes, fromHex, utf8 } from '../encoding/index.js';
import { generateBoxKeyPair } from './box.js';
import { checkBoxPublicKey, checkSigningPublicKey } from './key-checks.js';
import { generateSigningKeyPair, verifyDetached } from './signing.js';
import { WEAK_BOX_KEYS, WEAK_SIGNING_KEYS } from './testing/weak-points.js';
import { refusal } from '../vocabulary/testing/refusal.js';

const weak = refusal('weak-key');

describe('a signing key', () => {
  it('is taken when it was made properly', () => {
    for (let i = 0; i < 20; i += 1) {
      expect(() => checkSigningPublicKey(generateSigningKeyPair().publicKey)).not.toThrow();
    }
  });

  it.each(WEAK_SIGNING_KEYS)('is refused at %s', (_, key) => {
    expect(() => checkSigningPublicKey(key)).toThrow(weak);
  });

  it.each(['f0', 'ff'])(
    'is refused beyond the prime, where a point has a second name (%s)',
    (low) => {
      expect(() => checkSigningPublicKey(fromHex(`${low}${'ff'.repeat(30)}7f`))).toThrow(weak);
    },
  );

  it('is not refused for resembling the prime in some bytes', () => {
    const below = fromHex(`eb${'ff'.repeat(30)}7f`);
    const other = fromHex(`ff${'ff'.repeat(29)}fe7f`);
    expect(() => checkSigningPublicKey(below)).not.toThrow();
    expect(() => checkSigningPublicKey(other)).not.toThrow();
  });

  it('is left as it was', () => {
    const key = fromHex(`${'11'.repeat(31)}ff`);
    checkSigningPublicKey(key);
    expect(key).toEqual(fromHex(`${'11'.repeat(31)}ff`));
  });

  it('is left as it was also as a Buffer, whose slices share its memory', () => {
    const key = Buffer.from(`${'11'.repeat(31)}ff`, 'hex');
    checkSigningPublicKey(key);
    expect(key.toString('hex')).toBe(`${'11'.repeat(31)}ff`);
  });

  it.each([0, 31, 33])('is refused with %d bytes', (length) => {
    expect(() => checkSigningPublicKey(new Uint8Array(length))).toThrow('signing key: expected 32');
  });

  it('of order 1 would let anybody sign anything, were it not refused', () => {
    const identity = fromHex(`01${'00'.repeat(31)}`);
    const forged = concatBytes(identity, new Uint8Array(32));
    const message = utf8('any message');
    const key = createPublicKey({
      key: Buffer.concat([fromHex('302a300506032b6570032100'), identity]),
      format: 'der',
      type: 'spki',
    });
    expect(verify(null, message, key, forged)).toBe(true);
    expect(nacl.sign.detached.verify(message, forged, identity)).toBe(true);
    expect(verifyDetached(message, forged, identity)).toBe(false);
  });
});

describe('a box key', () => {
  it('is taken when it was made properly', () => {
    expect(() => checkBoxPublicKey(generateBoxKeyPair().publicKey)).not.toThrow();
  });

  it.each(WEAK_BOX_KEYS)('is refused at %s', (_, key) => {
    expect(() => checkBoxPublicKey(key)).toThrow(weak);
  });

  it.each(WEAK_BOX_KEYS)('at %s would give a secret that everybody knows', (_, key) => {
    expect(nacl.scalarMult(generateBoxKeyPair().secretKey, key)).toEqual(new Uint8Array(32));
  });

  it.each([0, 31, 33])('is refused with %d bytes', (length) => {
    expect(() => checkBoxPublicKey(new Uint8Array(length))).toThrow('box key: expected 32');
  });
});
