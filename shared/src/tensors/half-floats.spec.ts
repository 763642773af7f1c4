import { createHash } from 'node:crypto';

import { narrowFloat16, widenBfloat16, widenFloat16 } from './half-floats.js';

function widened(
  widen: (words: Uint16Array, bits: Uint32Array) => void,
  words: readonly number[],
): Float32Array {
  const bits = new Uint32Array(words.length);
  widen(Uint16Array.from(words), bits);
  return new Float32Array(bits.buffer);
}

describe('binary16', () => {
  it.each([
    ['zero', 0x0000, 0],
    ['minus zero', 0x8000, -0],
    ['one', 0x3c00, 1],
    ['minus two', 0xc000, -2],
    ['one third', 0x3555, 0.333251953125],
    ['the largest number', 0x7bff, 65504],
    ['the smallest normal number', 0x0400, 2 ** -14],
    ['the largest subnormal number', 0x03ff, 1023 * 2 ** -24],
    ['the smallest subnormal number', 0x0001, 2 ** -24],
    ['the negative smallest subnormal number', 0x8001, -(2 ** -24)],
    ['infinity', 0x7c00, Infinity],
    ['minus infinity', 0xfc00, -Infinity],
    ['not a number', 0x7e00, Number.NaN],
  ])('reads %s', (_, bits, value) => {
    expect([...widened(widenFloat16, [bits])]).toEqual([value]);
  });

  it('widens all 63490 numbers to the bits that NumPy gives', () => {
    const all = Array.from({ length: 65536 }, (_, bits) => bits);
    const numbers = widened(widenFloat16, all).filter((x) => !Number.isNaN(x));
    const bytes = new Uint8Array(numbers.buffer);
    expect(numbers).toHaveLength(63490);
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(
      '680bbc22915f61aa1bbfc7265bc3882a6aa42d299bfd2c571807196e5544de2e',
    );
  });

  it('keeps every other pattern not a number', () => {
    const nans = Array.from({ length: 1023 }, (_, i) => 0x7c01 + i);
    expect(widened(widenFloat16, nans).every((x) => Number.isNaN(x))).toBe(true);
  });
});

describe('rounding to binary16', () => {
  function narrowed(bits: Uint32Array): Uint16Array {
    const words = new Uint16Array(bits.length);
    narrowFloat16(bits, words);
    return words;
  }
  const one = (value: number) => narrowed(new Uint32Array(Float32Array.of(value).buffer))[0];

  it('gives back every number of the format', () => {
    const words = Array.from({ length: 65536 }, (_, bits) => bits).filter(
      (bits) => (bits & 0x7fff) <= 0x7c00,
    );
    const bits = new Uint32Array(widened(widenFloat16, words).buffer);
    expect([...narrowed(bits)]).toEqual(words);
  });

  it.each([
    ['a tie to the even one below', 1 + 2 ** -11, 0x3c00],
    ['a tie to the even one above', 1 + 3 * 2 ** -11, 0x3c02],
    ['just above a tie', 1 + 2 ** -11 + 2 ** -23, 0x3c01],
    ['half of the smallest number', 2 ** -25, 0x0000],
    ['just above it', 2 ** -25 + 2 ** -48, 0x0001],
    ['the last that is in range', -65519.99609375, 0xfbff],
    ['the first beyond', 65520, 0x7c00],
    ['not a number', Number.NaN, 0x7e00],
  ])('%s', (_, value, expected) => {
    expect(one(value)).toBe(expected);
  });

  it('rounds each 4093rd float32 to the bits that NumPy gives', () => {
    // hashlib.sha256(np.arange(0, 2**32, 4093).astype('u4').view('f4')[not nan].astype('f2').tobytes())
    const bits = Uint32Array.from({ length: Math.ceil(2 ** 32 / 4093) }, (_, i) => i * 4093);
    const words = narrowed(bits.filter((word) => (word & 0x7fff_ffff) <= 0x7f80_0000));
    expect(words).toHaveLength(1_045_246);
    expect(createHash('sha256').update(new Uint8Array(words.buffer)).digest('hex')).toBe(
      '3e507754dec67cee54c7e60b70a22e618414af171c21229bc8eb59aed5445f9b',
    );
  });
});

describe('bfloat16', () => {
  it.each([
    ['zero', 0x0000, 0],
    ['minus zero', 0x8000, -0],
    ['one', 0x3f80, 1],
    ['minus two', 0xc000, -2],
    ['pi, cut short', 0x4049, 3.140625],
    ['the largest number', 0x7f7f, 3.3895313892515355e38],
    ['the smallest normal number', 0x0080, 2 ** -126],
    ['the smallest subnormal number', 0x0001, 2 ** -133],
    ['infinity', 0x7f80, Infinity],
    ['minus infinity', 0xff80, -Infinity],
    ['not a number', 0x7fc0, Number.NaN],
  ])('reads %s', (_, bits, value) => {
    expect([...widened(widenBfloat16, [bits])]).toEqual([value]);
  });

  it('is the upper half of a float32 for every pattern', () => {
    const all = Array.from({ length: 65536 }, (_, bits) => bits);
    const bits = new Uint32Array(widened(widenBfloat16, all).buffer);
    expect(bits.every((word, i) => word === i * 65536)).toBe(true);
  });
});
