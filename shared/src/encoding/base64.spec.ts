import fc from 'fast-check';
import { fromBase64, toBase64 } from './base64.js';
import { utf8 } from './bytes.js';
import { refusal } from '../vocabulary/testing/refusal.js';

describe('base64', () => {
  it.each([
    ['', ''],
    ['f', 'Zg=='],
    ['fo', 'Zm8='],
    ['foo', 'Zm9v'],
    ['foob', 'Zm9vYg=='],
    ['fooba', 'Zm9vYmE='],
    ['foobar', 'Zm9vYmFy'],
  ])('has the vector %p of RFC 4648 section 10', (text, encoded) => {
    expect(toBase64(utf8(text))).toBe(encoded);
    expect(fromBase64(encoded)).toEqual(utf8(text));
  });

  it('writes as Buffer does and gives back every byte string', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const text = toBase64(bytes);
        expect(text).toBe(Buffer.from(bytes).toString('base64'));
        expect(fromBase64(text)).toEqual(bytes);
      }),
    );
  });

  it('takes a text only if it would write the same', () => {
    const text = fc.string({ unit: fc.constantFrom('A', 'Q', 'Z', 'g', '/', '+', '=', '-') });
    fc.assert(
      fc.property(text, (candidate) => {
        let bytes: Uint8Array;
        try {
          bytes = fromBase64(candidate);
        } catch {
          return Buffer.from(candidate, 'base64').toString('base64') !== candidate;
        }
        return toBase64(bytes) === candidate;
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['Zg', 'base64: length is not a multiple of 4'],
    ['Zg=', 'base64: length is not a multiple of 4'],
    ['Zh==', 'base64: padding bits are not zero'],
    ['Zm9=', 'base64: padding bits are not zero'],
    ['Z===', 'base64: character 1 is not of the alphabet'],
    ['====', 'base64: character 0 is not of the alphabet'],
    ['Zg==Zg==', 'base64: character 2 is not of the alphabet'],
    ['Zm-_', 'base64: character 2 is not of the alphabet'],
    ['Zm8\n', 'base64: character 3 is not of the alphabet'],
    ['Zm8é', 'base64: character 3 is not of the alphabet'],
  ])('refuses %p, which lenient decoders may take', (text, message) => {
    expect(() => fromBase64(text)).toThrow(refusal('bad-encoding', message));
  });
});
