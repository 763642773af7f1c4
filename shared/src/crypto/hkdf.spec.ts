import { fromHex, toHex, utf8 } from '../encoding/index.js';
import { hkdf } from './hkdf.js';

const run = (from: number, count: number): Uint8Array =>
  Uint8Array.from({ length: count }, (_, i) => from + i);
const NOTHING = new Uint8Array(0);
const KEY_OF_0B = fromHex('0b'.repeat(22));

describe('HKDF with SHA-256', () => {
  it.each([
    {
      name: 'A.1',
      key: KEY_OF_0B,
      salt: run(0x00, 13),
      info: run(0xf0, 10),
      okm:
        '3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf' + '34007208d5b887185865',
    },
    {
      name: 'A.2',
      key: run(0x00, 80),
      salt: run(0x60, 80),
      info: run(0xb0, 80),
      okm:
        'b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c' +
        '59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71' +
        'cc30c58179ec3e87c14c01d5c1f3434f1d87',
    },
    {
      name: 'A.3',
      key: KEY_OF_0B,
      salt: NOTHING,
      info: NOTHING,
      okm:
        '8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d' + '9d201395faa4b61a96c8',
    },
  ])('has the vector $name of RFC 5869', ({ key, salt, info, okm }) => {
    expect(toHex(hkdf(key, salt, info, okm.length / 2))).toBe(okm);
  });

  it('takes a purpose as text or as its UTF-8', () => {
    expect(hkdf(KEY_OF_0B, NOTHING, 'Zweck é', 32)).toEqual(
      hkdf(KEY_OF_0B, NOTHING, utf8('Zweck é'), 32),
    );
  });

  it('gives unrelated keys for other purposes and other salts', () => {
    const keys = [
      hkdf(KEY_OF_0B, NOTHING, 'a', 32),
      hkdf(KEY_OF_0B, NOTHING, 'b', 32),
      hkdf(KEY_OF_0B, utf8('salt'), 'a', 32),
    ];
    expect(new Set(keys.map(toHex)).size).toBe(3);
  });
});
