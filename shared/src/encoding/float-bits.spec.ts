import fc from 'fast-check';
import { decodeFloat, encodeFloat, isFloatBits } from './float-bits.js';
import { refusal } from '../vocabulary/testing/refusal.js';

describe('float bits', () => {
  it.each([
    [0, 'f64:0000000000000000'],
    [-0, 'f64:8000000000000000'],
    [1, 'f64:3ff0000000000000'],
    [-2, 'f64:c000000000000000'],
    [0.1, 'f64:3fb999999999999a'],
    [Number.MIN_VALUE, 'f64:0000000000000001'],
    [Number.MAX_VALUE, 'f64:7fefffffffffffff'],
    [Infinity, 'f64:7ff0000000000000'],
    [-Infinity, 'f64:fff0000000000000'],
  ] as const)('write %p as %s and read it back', (x, bits) => {
    expect(encodeFloat(x)).toBe(bits);
    expect(decodeFloat(bits)).toBe(x);
    expect(isFloatBits(bits)).toBe(true);
  });

  it('keep every number to the bit', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), (x) => Object.is(decodeFloat(encodeFloat(x)), x)),
    );
  });

  it.each(['f64:7ff8000000000000', 'f64:fff0000000000001'])('refuse %s, not a number', (bits) => {
    expect(() => decodeFloat(bits)).toThrow('float bits: not a number');
  });

  it('refuse to write what is not a number', () => {
    expect(() => encodeFloat(Number.NaN)).toThrow(refusal('bad-encoding'));
  });

  it.each(['', '0.1', 'f64:', 'f64:3FF0000000000000', 'f64:3ff000000000000', 'f32:3f800000'])(
    'refuse the form %p',
    (bits) => {
      expect(isFloatBits(bits)).toBe(false);
      expect(() => decodeFloat(bits)).toThrow('expected "f64:" and 16 hex digits');
    },
  );

  it('are text', () => {
    expect(isFloatBits(1)).toBe(false);
  });
});
