import fc from 'fast-check';
import { refusal } from '../vocabulary/testing/refusal.js';

import { decodeVector, encodeVector, ringAdd, ringAddAt } from './index.js';

const words = fc.uint32Array({ minLength: 1, maxLength: 40 });

describe('a vector over Z_2^32', () => {
  it('is written with four bytes a word, the lowest first', () => {
    expect(encodeVector(Uint32Array.of(1, 0x80402010))).toEqual(
      Uint8Array.of(1, 0, 0, 0, 0x10, 0x20, 0x40, 0x80),
    );
  });

  it('is the same after a way through its bytes, at any alignment', () => {
    fc.assert(
      fc.property(words, fc.nat({ max: 7 }), (vector, shift) => {
        const encoded = encodeVector(vector);
        const shifted = new Uint8Array(encoded.length + shift);
        shifted.set(encoded, shift);
        expect(decodeVector(shifted.subarray(shift), vector.length)).toEqual(vector);
      }),
    );
  });

  it.each([1, 2, 3, 5])('is not read from %p bytes', (length) => {
    expect(() => decodeVector(new Uint8Array(length))).toThrow(refusal('bad-update'));
    expect(() => decodeVector(new Uint8Array(length), 1)).toThrow(refusal('bad-update'));
  });
});

describe('ringAdd', () => {
  it('adds word by word and wraps at 2^32', () => {
    const sum = Uint32Array.of(0xffffffff, 1, 0x80000000);
    ringAdd(sum, encodeVector(Uint32Array.of(1, 2, 0x80000000)));
    expect(sum).toEqual(Uint32Array.of(0, 3, 0));
  });

  it.each([0, 4, 11, 16])('refuses %p bytes for three words', (length) => {
    const sum = new Uint32Array(3);
    expect(() => ringAdd(sum, new Uint8Array(length))).toThrow(refusal('bad-update'));
  });
});

describe('ringAddAt', () => {
  it('gives the same sum however the bytes are cut and in whichever order the pieces come', () => {
    const cuts = fc.array(fc.nat({ max: 160 }), { maxLength: 12 });
    fc.assert(
      fc.property(words, words, cuts, fc.boolean(), (first, second, places, backwards) => {
        const size = Math.min(first.length, second.length);
        const start = first.slice(0, size);
        const added = second.slice(0, size);
        const bytes = encodeVector(added);
        const ends = [...new Set([...places.filter((p) => p < bytes.length), bytes.length])].sort(
          (a, b) => a - b,
        );
        const pieces = ends.map((end, i) => ({ begin: ends[i - 1] ?? 0, end }));
        const sum = Uint32Array.from(start);
        for (const { begin, end } of backwards ? pieces.reverse() : pieces) {
          ringAddAt(sum, bytes.subarray(begin, end), begin);
        }
        const expected = start.map((word, i) => word + (added[i] ?? 0));
        expect(sum).toEqual(expected);
      }),
    );
  });

  it('carries out of the bytes of a split word', () => {
    const sum = Uint32Array.of(0x00ffffff, 7);
    ringAddAt(sum, Uint8Array.of(1), 0);
    expect(sum).toEqual(Uint32Array.of(0x01000000, 7));
    ringAddAt(sum, Uint8Array.of(0xff), 3);
    expect(sum).toEqual(Uint32Array.of(0, 7));
  });

  it.each([
    ['beyond the end', 5, 4],
    ['before the start', -1, 1],
    ['at no whole byte', 0.5, 1],
    ['at no number', Number.NaN, 1],
    ['that is too long', 0, 9],
  ])('refuses a piece %s and leaves the sum', (_, offset, length) => {
    const sum = Uint32Array.of(1, 2);
    expect(() => ringAddAt(sum, new Uint8Array(length).fill(1), offset)).toThrow(
      refusal('bad-update'),
    );
    expect(sum).toEqual(Uint32Array.of(1, 2));
  });
});
