import { createHash } from 'node:crypto';

import { widenBfloat16, widenFloat16 } from './half-floats.js';

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
