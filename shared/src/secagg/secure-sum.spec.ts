import { ringSum, runAttempt } from './testing/secure-attempt.js';
import { randomBytes } from '../crypto/index.js';
import { secureThreshold } from './index.js';

const WORDS = 37;

function randomUpdate(): Uint32Array {
  return new Uint32Array(Uint8Array.from(randomBytes(WORDS * 4)).buffer);
}

/** Every subset of 0 .. n - 1 with at least `least` members. */
function subsets(n: number, least: number): readonly (readonly number[])[] {
  return Array.from({ length: 2 ** n }, (_, bits) =>
    Array.from({ length: n }, (_, i) => i).filter((i) => (bits >>> i) % 2 === 1),
  ).filter((set) => set.length >= least);
}

describe('a secure sum', () => {
  it.each([3, 4, 5])(
    'of %p sites is exact for every set of survivors and of answering sites that is large enough',
    async (n) => {
      const colluders = 1;
      const threshold = secureThreshold(n, colluders);
      const everybody = Array.from({ length: n }, (_, i) => i);
      for (const survivors of subsets(n, threshold)) {
        for (const answering of subsets(n, threshold)) {
          const updates = everybody.map(randomUpdate);
          const outcome = await runAttempt({
            n,
            colluders,
            sharers: everybody,
            survivors,
            answering,
            update: (place) => updates[place] as Uint32Array,
          });
          expect(outcome.opening.kind).toBe('opened');
          expect(outcome.sum).toEqual(ringSum(survivors.map((i) => updates[i] as Uint32Array)));
        }
      }
    },
  );
});
