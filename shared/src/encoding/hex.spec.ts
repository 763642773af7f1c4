import fc from 'fast-check';
import { fromHex, toHex } from './hex.js';
import { refusal } from '../vocabulary/testing/refusal.js';

describe('hex', () => {
  it('has the vectors of RFC 4648 section 10, in lower case', () => {
    const text = (word: string): string => toHex(new TextEncoder().encode(word));
    expect([text(''), text('f'), text('foobar')]).toEqual(['', '66', '666f6f626172']);
  });

  it('writes as Buffer does and gives back every byte string', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const text = toHex(bytes);
        expect(text).toBe(Buffer.from(bytes).toString('hex'));
        expect(fromHex(text)).toEqual(bytes);
      }),
    );
  });

  it.each([
    ['abc', 'hex: odd number of digits (3)'],
    ['AB', 'hex: not 0-9a-f at digit 0'],
    ['00 1', 'hex: not 0-9a-f at digit 2'],
    ['0x', 'hex: not 0-9a-f at digit 0'],
    ['００', 'hex: not 0-9a-f at digit 0'],
  ])('refuses %p', (text, message) => {
    expect(() => fromHex(text)).toThrow(refusal('bad-encoding', message));
  });
});
