import fc from 'fast-check';
import { requireBytes } from './assert.js';
import { concatBytes, equalBytes, fromUtf8, isWellFormed, utf8 } from './bytes.js';
import { refusal } from '../vocabulary/testing/refusal.js';

const wellFormed = fc.string({ unit: 'binary' });

describe('UTF-8', () => {
  it('gives back every well-formed text', () => {
    fc.assert(fc.property(wellFormed, (text) => fromUtf8(utf8(text)) === text));
  });

  it('keeps a byte order mark, so that equal text means equal bytes', () => {
    expect(fromUtf8(new Uint8Array([0xef, 0xbb, 0xbf, 0x61]))).toBe('\ufeffa');
  });

  it.each(['\ud800', 'a\udc00b', '\udc00\ud800'])('refuses half a surrogate pair %#', (text) => {
    expect(isWellFormed(text)).toBe(false);
    expect(() => utf8(text)).toThrow('text holds half a surrogate pair');
  });

  it.each([
    ['a lone continuation byte', [0x80]],
    ['a cut sequence', [0xe2, 0x82]],
    ['an overlong form', [0xc0, 0xaf]],
    ['an encoded surrogate', [0xed, 0xa0, 0x80]],
    ['a value beyond U+10FFFF', [0xf4, 0x90, 0x80, 0x80]],
  ])('refuses %s', (_, bytes) => {
    expect(() => fromUtf8(new Uint8Array(bytes))).toThrow(
      refusal('bad-encoding', 'expected UTF-8 text'),
    );
  });
});

describe('joining bytes', () => {
  it('puts the parts one after another in memory of its own', () => {
    const part = new Uint8Array([1, 2]);
    const joined = concatBytes(part, new Uint8Array(0), new Uint8Array([3]));
    part[0] = 9;
    expect(joined).toEqual(new Uint8Array([1, 2, 3]));
    expect(concatBytes()).toEqual(new Uint8Array(0));
  });
});

describe('comparing bytes', () => {
  it('finds equal content equal, whatever the memory', () => {
    const whole = new Uint8Array([0, 1, 2, 3]);
    expect(equalBytes(whole.subarray(1, 3), new Uint8Array([1, 2]))).toBe(true);
    expect(equalBytes(new Uint8Array(0), new Uint8Array(0))).toBe(true);
  });

  it('finds any changed bit and any other length', () => {
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 64 });
    fc.assert(
      fc.property(bytes, fc.nat(), fc.nat(7), (a, place, bit) => {
        const b = a.slice();
        const i = place % a.length;
        b[i] = (a[i] as number) ^ (1 << bit);
        return !equalBytes(a, b) && !equalBytes(a, a.subarray(1));
      }),
    );
  });
});

describe('a check of bytes', () => {
  it('hands back bytes of the right length', () => {
    const bytes = new Uint8Array(32);
    expect(requireBytes(bytes, 32, 'key')).toBe(bytes);
    expect(requireBytes(bytes, undefined, 'key')).toBe(bytes);
  });

  it.each([
    [new Uint8Array(31), 32, 'key: expected 32 bytes, got 31 bytes'],
    ['text', 32, 'key: expected 32 bytes, got string'],
    [null, undefined, 'key: expected bytes, got null'],
    [[1, 2], undefined, 'key: expected bytes, got object'],
    [new Uint16Array(2), 2, 'key: expected 2 bytes, got object'],
  ])('names what was expected and what came, never the bytes (%#)', (value, length, message) => {
    expect(() => requireBytes(value, length, 'key')).toThrow(refusal('bad-encoding', message));
  });
});
