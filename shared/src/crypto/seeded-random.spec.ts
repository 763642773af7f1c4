import { createHash, createCipheriv } from 'node:crypto';
import { seededRandom } from './seeded-random.js';

describe('the seeded generator', () => {
  it('draws the words of AES-256-CTR under the hash of the seed, across blocks', () => {
    const key = createHash('sha256').update('consilium/v1/seeded-random\0a seed').digest();
    const stream = createCipheriv('aes-256-ctr', key, new Uint8Array(16)).update(
      Buffer.alloc(9000),
    );
    const random = seededRandom('a seed');
    const words = Array.from({ length: 2250 }, () => random.uint32());
    expect(words).toEqual(words.map((_, i) => stream.readUInt32LE(4 * i)));
  });

  it('repeats itself for one seed and differs for another', () => {
    const draw = (seed: string): number[] => {
      const random = seededRandom(seed);
      return [random.uniform(), random.integer(1000), random.uint32()];
    };
    expect(draw('a')).toEqual(draw('a'));
    expect(draw('a')).not.toEqual(draw('b'));
  });

  it('draws uniform numbers of 53 bits in [0, 1)', () => {
    const random = seededRandom('uniform');
    const numbers = Array.from({ length: 10_000 }, () => random.uniform());
    const mean = numbers.reduce((sum, x) => sum + x, 0) / numbers.length;
    expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...numbers)).toBeLessThan(1);
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.01);
    expect(numbers.every((x) => Number.isInteger(x * 2 ** 53))).toBe(true);
  });

  it('draws every whole number below a bound about equally often', () => {
    const random = seededRandom('integer');
    const counts = new Array<number>(7).fill(0);
    for (let i = 0; i < 7000; i += 1) {
      const drawn = random.integer(7);
      counts[drawn] = (counts[drawn] as number) + 1;
    }
    expect(Math.min(...counts)).toBeGreaterThan(880);
    expect(random.integer(1)).toBe(0);
    expect(random.integer(2 ** 32)).toBeLessThan(2 ** 32);
  });

  it('skips the words that would favour small numbers', () => {
    const bound = 3 * 2 ** 30;
    const random = seededRandom('biased');
    const words = seededRandom('biased');
    for (let i = 0; i < 100; i += 1) {
      let word = words.uint32();
      while (word >= bound) {
        word = words.uint32();
      }
      expect(random.integer(bound)).toBe(word);
    }
  });

  it.each([0, -1, 1.5, Number.NaN, 2 ** 32 + 1])('refuses the bound %p', (bound) => {
    expect(() => seededRandom('x').integer(bound)).toThrow(RangeError);
  });

  it('shuffles a copy and keeps every item', () => {
    const items = Array.from({ length: 50 }, (_, i) => i);
    const shuffled = seededRandom('shuffle').shuffled(items);
    expect(items).toEqual(Array.from({ length: 50 }, (_, i) => i));
    expect(shuffled).not.toEqual(items);
    expect([...shuffled].sort((a, b) => a - b)).toEqual(items);
    expect(seededRandom('shuffle').shuffled([])).toEqual([]);
  });
});
