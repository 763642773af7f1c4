import { createHash } from 'node:crypto';
import { fromHex } from '../encoding/index.js';
import {
  areWordsOf,
  fingerprintColours,
  fingerprintDigits,
  fingerprintWords,
} from './fingerprint.js';

const KEY = fromHex('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a');

const sha256Hex = (form: string): string =>
  createHash('sha256').update('consilium/v1/fingerprint\0').update(KEY).update(form).digest('hex');

describe('the fingerprint of a key', () => {
  it('has eight groups of digits: the first 128 bits of the hash', () => {
    const digits = fingerprintDigits(KEY);
    expect(digits).toMatch(/^([0-9a-f]{4} ){7}[0-9a-f]{4}$/);
    expect(digits.replaceAll(' ', '')).toBe(sha256Hex('').slice(0, 32));
  });

  it('has six words: 66 bits of the hash, each an index into the list of BIP-39', () => {
    const words = fingerprintWords(KEY);
    expect(words).toHaveLength(6);
    const value = BigInt(`0x${sha256Hex('words')}`) >> 190n;
    expect(value < 2n ** 66n).toBe(true);
    // The key of RFC 8032 section 7.1, test 1: what is printed today is printed in ten years.
    expect(words.join(' ')).toMatchInlineSnapshot(`"system nephew mirror food stay great"`);
  });

  it('has eight colours', () => {
    expect(fingerprintColours(KEY).map(({ name }) => name)).toMatchInlineSnapshot(`
     [
       "yellow",
       "cyan",
       "black",
       "cyan",
       "black",
       "green",
       "green",
       "cyan",
     ]
    `);
  });

  it('changes in every form with one bit of the key', () => {
    const other = Uint8Array.from(KEY);
    other[31] = (other[31] ?? 0) ^ 1;
    expect(fingerprintWords(other)).not.toEqual(fingerprintWords(KEY));
    expect(fingerprintDigits(other)).not.toBe(fingerprintDigits(KEY));
    expect(fingerprintColours(other)).not.toEqual(fingerprintColours(KEY));
  });

  it('takes the words as people say them, and no others', () => {
    const words = fingerprintWords(KEY);
    expect(areWordsOf(KEY, ` ${words.join('  ').toUpperCase()}\n`)).toBe(true);
    expect(areWordsOf(KEY, words.join(', '))).toBe(true);
    expect(areWordsOf(KEY, words.slice(0, 5).join(' '))).toBe(false);
    expect(areWordsOf(KEY, [...words].reverse().join(' '))).toBe(false);
    expect(areWordsOf(KEY, '')).toBe(false);
  });
});
