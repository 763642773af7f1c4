/**
 * The word lanes of word-lanes.ts without WebAssembly, which the content security policy of a page does not let be compiled: a
 * loop over words, a small part of the time that the key streams take there.
 */
import type { KeyStream } from '../crypto/index.js';
import type { WordLanes } from './word-lanes.js';

const BYTES_PER_WORD = 4;

/** @param slotBytes of the longest piece, a multiple of 4 */
export function createWordLanes(slotBytes: number): WordLanes {
  const memory = new Uint8Array(slotBytes);
  let sum = new Uint32Array(memory.buffer, 0, 0);
  return {
    load: (words) => {
      memory.set(words);
      sum = new Uint32Array(memory.buffer, 0, words.length / BYTES_PER_WORD);
    },
    add: (streams, sign) => {
      for (const next of streams) {
        addStream(sum, next, sign);
      }
    },
    store: (words) => {
      words.set(memory.subarray(0, words.length));
    },
    wipe: () => {
      memory.fill(0);
    },
  };
}

function addStream(sum: Uint32Array, next: KeyStream, sign: 1 | -1): void {
  const bytes = next(sum.byteLength);
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset, sum.length);
  for (let i = 0; i < sum.length; i += 1) {
    sum[i] = (sum[i] as number) + sign * (words[i] as number);
  }
  bytes.fill(0);
}
