import { fromHex, toHex } from '../encoding/index.js';
import { gcmOpen, gcmSeal } from './aes-gcm.js';

const ZERO_KEY = '00'.repeat(32);
const ZERO_NONCE = '00'.repeat(12);
const KEY = 'feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308';
const NONCE = 'cafebabefacedbaddecaf888';
const PLAIN =
  'd9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72' +
  '1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255';
const CIPHER =
  '522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa' +
  '8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad';

/** McGrew and Viega, "The Galois/Counter Mode of Operation", appendix B, the cases with 256-bit keys and 96-bit nonces. */
const CASES = [
  {
    number: 13,
    key: ZERO_KEY,
    nonce: ZERO_NONCE,
    associated: '',
    plain: '',
    sealed: '530f8afbc74536b9a963b4f1c4cb738b',
  },
  {
    number: 14,
    key: ZERO_KEY,
    nonce: ZERO_NONCE,
    associated: '',
    plain: '00'.repeat(16),
    sealed: 'cea7403d4d606b6e074ec5d3baf39d18' + 'd0d1c8a799996bf0265b98b5d48ab919',
  },
  {
    number: 15,
    key: KEY,
    nonce: NONCE,
    associated: '',
    plain: PLAIN,
    sealed: CIPHER + 'b094dac5d93471bdec1a502270e3cc6c',
  },
  {
    number: 16,
    key: KEY,
    nonce: NONCE,
    associated: 'feedfacedeadbeeffeedfacedeadbeefabaddad2',
    plain: PLAIN.slice(0, 120),
    sealed: CIPHER.slice(0, 120) + '76fc6ece0f4e1768cddf8853bb2d551b',
  },
] as const;

describe('AES-256-GCM', () => {
  it.each(CASES)('has test case $number', ({ key, nonce, associated, plain, sealed }) => {
    const how = { key: fromHex(key), nonce: fromHex(nonce), associated: fromHex(associated) };
    expect(toHex(gcmSeal(fromHex(plain), how))).toBe(sealed);
    expect(gcmOpen(fromHex(sealed), how)).toEqual(fromHex(plain));
  });

  it('opens nothing that is shorter than a tag, or altered', () => {
    const how = { key: fromHex(KEY), nonce: fromHex(NONCE), associated: new Uint8Array(0) };
    const sealed = gcmSeal(fromHex(PLAIN), how);
    expect(gcmOpen(new Uint8Array(15), how)).toBeUndefined();
    expect(gcmOpen(sealed.subarray(1), how)).toBeUndefined();
    expect(gcmOpen(sealed, { ...how, associated: new Uint8Array(1) })).toBeUndefined();
    expect(gcmOpen(sealed, { ...how, key: fromHex(ZERO_KEY) })).toBeUndefined();
    expect(gcmOpen(sealed, { ...how, nonce: fromHex(ZERO_NONCE) })).toBeUndefined();
  });

  it('gives plain bytes in memory of their own', () => {
    const how = { key: fromHex(KEY), nonce: fromHex(NONCE), associated: new Uint8Array(0) };
    const sealed = gcmSeal(fromHex(PLAIN), how);
    expect(sealed.constructor).toBe(Uint8Array);
    expect(sealed.buffer.byteLength).toBe(sealed.length);
    expect(gcmOpen(sealed, how)?.constructor).toBe(Uint8Array);
  });
});
