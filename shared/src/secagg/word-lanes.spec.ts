import { createKeyStream, KEY_STREAM_PIECE, randomBytes } from '../crypto/index.js';
import { refusal } from '../vocabulary/testing/refusal.js';
import { addMasks, type Mask, type WordRange } from './index.js';
import { requireVectorInstructions } from './word-lanes.js';

const PIECE_WORDS = KEY_STREAM_PIECE / 4;

/** One word after the other. */
function addedOneByOne(vector: Uint32Array, masks: readonly Mask[], range: WordRange): Uint32Array {
  const sum = vector.slice();
  for (const { seed, sign } of masks) {
    const next = createKeyStream(seed, range.from * 4);
    for (let i = range.from; i < range.to; i += 1) {
      const word = new DataView(Uint8Array.from(next(4)).buffer).getUint32(0, true);
      sum[i] = ((sum[i] as number) + sign * word) % 2 ** 32;
    }
  }
  return sum;
}

function masksOf(signs: string): Mask[] {
  return Array.from(signs, (sign) => ({ seed: randomBytes(32), sign: sign === '+' ? 1 : -1 }));
}

function randomWords(count: number): Uint32Array {
  return new Uint32Array(randomBytes(count * 4).buffer, 0, count);
}

describe('masks in lanes of four words', () => {
  it.each(['', '+', '-', '+-', '++-', '---', '++++', '-----', '+++++++++--'])(
    'add up to what they do word by word: %s',
    (signs) => {
      const masks = masksOf(signs);
      for (const words of [0, 1, 3, 4, 5, 16, 1001]) {
        const vector = randomWords(words);
        const expected = addedOneByOne(vector, masks, { from: 0, to: words });
        addMasks(vector, masks);
        expect(vector).toEqual(expected);
      }
    },
  );

  it('leave the words beside their range alone, wherever it begins and ends', () => {
    const masks = masksOf('+-++');
    for (const [from, to] of [
      [1, 2],
      [5, PIECE_WORDS + 3],
      [PIECE_WORDS - 1, 2 * PIECE_WORDS + 6],
    ] as const) {
      const vector = randomWords(2 * PIECE_WORDS + 9);
      const expected = addedOneByOne(vector, masks, { from, to });
      addMasks(vector, masks, { from, to });
      expect(vector).toEqual(expected);
    }
  });

  it('are refused on a processor without them', () => {
    expect(() => {
      requireVectorInstructions(false);
    }).toThrow(refusal('internal', 'SSE4.1'));
  });
});
