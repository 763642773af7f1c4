import { toHex, utf8 } from '../encoding/index.js';
import { randomBytes } from './random.js';
import { openSecret, sealSecret } from './sealed-secret.js';
import { refusal } from '../vocabulary/testing/refusal.js';

const kek = randomBytes(32);
const secret = randomBytes(64);
const sealed = sealSecret(secret, kek, 'attempt key 1');

const unreadable = refusal('secret-unreadable');

describe('a secret at rest', () => {
  it('opens under its key and for its purpose', () => {
    expect(openSecret(sealed, kek, 'attempt key 1')).toEqual(secret);
    expect(openSecret(sealSecret(secret, kek), kek)).toEqual(secret);
    expect(openSecret(sealSecret(new Uint8Array(0), kek), kek)).toEqual(new Uint8Array(0));
  });

  it('looks different each time', () => {
    expect(toHex(sealSecret(secret, kek, 'attempt key 1'))).not.toBe(toHex(sealed));
    expect(sealed).toHaveLength(12 + 64 + 16);
  });

  it('does not open under another key or for another purpose', () => {
    expect(() => openSecret(sealed, randomBytes(32), 'attempt key 1')).toThrow(unreadable);
    expect(() => openSecret(sealed, kek, 'attempt key 2')).toThrow(unreadable);
    expect(() => openSecret(sealed, kek)).toThrow(unreadable);
  });

  it('does not open with any byte changed or cut off', () => {
    for (let i = 0; i < sealed.length; i += 1) {
      const changed = sealed.slice();
      changed[i] = (changed[i] as number) ^ 1;
      expect(() => openSecret(changed, kek, 'attempt key 1')).toThrow(unreadable);
    }
    for (const length of [0, 11, 12, 27, 28, sealed.length - 1]) {
      expect(() => openSecret(sealed.subarray(0, length), kek, 'attempt key 1')).toThrow(
        unreadable,
      );
    }
  });

  it('asks for a key of 32 bytes', () => {
    expect(() => sealSecret(secret, utf8('password'))).toThrow('key-encryption key: expected 32');
    expect(() => openSecret(sealed, utf8('password'))).toThrow('key-encryption key: expected 32');
  });
});
