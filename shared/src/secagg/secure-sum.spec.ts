import fc from 'fast-check';
import { randomBytes, seededRandom } from '../crypto/index.js';
import { encodeFloat } from '../encoding/index.js';
import { dequantiseMean, quantise, type TensorSchema } from '../tensors/index.js';
import type { SiteId } from '../vocabulary/index.js';
import { refusal } from '../vocabulary/testing/refusal.js';
import { requiredSites, unmaskSum, type MasksOfSum } from './index.js';
import {
  endAttempt,
  maskedBy,
  prepareAttempt,
  ringSum,
  testSites,
  type Prepared,
} from './testing/secure-attempt.js';

const WORDS = 37;

function randomUpdate(): Uint32Array {
  return new Uint32Array(Uint8Array.from(randomBytes(WORDS * 4)).buffer);
}

function places(n: number): readonly number[] {
  return Array.from({ length: n }, (_, i) => i);
}

/** Every subset of the given places with at least `least` members. */
function subsets(of: readonly number[], least: number): readonly (readonly number[])[] {
  return Array.from({ length: 2 ** of.length }, (_, bits) =>
    of.filter((_, i) => (bits >>> i) % 2 === 1),
  ).filter((set) => set.length >= least);
}

async function expectExact(
  prepared: Prepared,
  survivors: readonly number[],
  answering: readonly number[],
): Promise<void> {
  const updates = new Map(survivors.map((place) => [place, randomUpdate()]));
  const update = (place: number) => updates.get(place) as Uint32Array;
  const { opening, sum } = await endAttempt(prepared, { survivors, answering, update });
  expect(opening).toMatchObject({ kind: 'opened', faults: [] });
  expect(sum).toEqual(ringSum(survivors.map(update)));
}

describe('a secure sum', () => {
  it.each([3, 4, 5])(
    'of %p sites is exact for every set of sharers and of survivors that is large enough (case 36)',
    async (n) => {
      const required = requiredSites({ minSites: 1, n, colluders: 1 });
      for (const sharers of subsets(places(n), required)) {
        const prepared = await prepareAttempt(n, 1, sharers);
        for (const survivors of subsets(sharers, required)) {
          await expectExact(prepared, survivors, sharers.slice(-prepared.threshold));
        }
      }
    },
  );

  it('of 6 sites is exact whoever answers, if they are enough', async () => {
    const prepared = await prepareAttempt(6, 1);
    for (const answering of subsets(places(6), prepared.threshold)) {
      await expectExact(prepared, [0, 2, 3, 5], answering);
    }
  });

  it('of 6 sites waits for as many answers as are missing', async () => {
    const prepared = await prepareAttempt(6, 1);
    const update = randomUpdate;
    for (let missing = 1; missing <= prepared.threshold; missing += 1) {
      const answering = places(prepared.threshold - missing);
      const { opening } = await endAttempt(prepared, {
        survivors: [0, 2, 3, 5],
        answering,
        update,
      });
      expect(opening).toEqual({ kind: 'waiting', missing, faults: [] });
    }
  });

  it('of up to 12 sites is exact for random colluders, sharers, survivors and answers', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 5, max: 12 }),
        fc.integer({ min: 1, max: 4 }),
        fc.string(),
        async (n, wished, seed) => {
          const colluders = Math.min(wished, n - 3);
          const random = seededRandom(seed);
          const required = requiredSites({ minSites: 1, n, colluders });
          const some = (of: readonly number[], least: number) =>
            random
              .shuffled(of)
              .slice(0, least + random.integer(of.length - least + 1))
              .sort((a, b) => a - b);
          const sharers = some(places(n), required);
          const prepared = await prepareAttempt(n, colluders, sharers);
          await expectExact(prepared, some(sharers, required), some(sharers, prepared.threshold));
        },
      ),
      { numRuns: 5 },
    );
  });

  it('is exact in 20 attempts one after another, each with fresh keys', async () => {
    for (let attempt = 0; attempt < 20; attempt += 1) {
      await expectExact(await prepareAttempt(3, 1), [0, 1, 2], [0, 1, 2]);
    }
  });
});

describe('masks', () => {
  /** Sites of U2 and what opens the sum of some of them, without the shares in between. */
  function maskedSum(n: number, isAlive: (place: number) => boolean) {
    const sites = testSites(n);
    const sharers = sites.map(({ siteId, mask }) => ({ siteId, maskKey: mask.publicKey }));
    const context = randomBytes(32);
    const alive = sites.filter((_, place) => isAlive(place));
    const updates = alive.map(randomUpdate);
    const sum = ringSum(
      alive.map((site, i) => maskedBy(site, updates[i] as Uint32Array, sharers, context)),
    );
    const survivors = alive.map(({ siteId }) => siteId);
    const secrets = sites.map(({ siteId, selfSeed, mask }, place) =>
      isAlive(place)
        ? ({ siteId, kind: 'self-seed', secret: selfSeed } as const)
        : ({ siteId, kind: 'mask-key', secret: mask.secretKey } as const),
    );
    return { sum, expected: ringSum(updates), masks: { secrets, sharers, survivors, context } };
  }

  it.each([
    [8, [0, 1, 2, 3]],
    [24, [0, 11]],
    [64, [31]],
  ])('of %p sites come off with %p of them dropped out', (n, dropouts) => {
    const tolerated = n - requiredSites({ minSites: 1, n, colluders: 1 });
    expect(dropouts.at(-1)).toBe(tolerated);
    for (const dropped of dropouts) {
      const { sum, expected, masks } = maskedSum(n, (place) => place >= dropped);
      expect(sum).not.toEqual(expected);
      unmaskSum(sum, masks);
      expect(sum).toEqual(expected);
    }
  });

  it('come off in 200 rounds one after another, with other dropouts in each', () => {
    const random = seededRandom('dropouts');
    for (let round = 0; round < 200; round += 1) {
      const gone = random.integer(5);
      const { sum, expected, masks } = maskedSum(4, (place) => place !== gone);
      unmaskSum(sum, masks);
      expect(sum).toEqual(expected);
    }
  });

  it('come off range by range, in any order', () => {
    const { sum, expected, masks } = maskedSum(4, (place) => place !== 2);
    for (const [from, to] of [
      [20, WORDS],
      [0, 3],
      [3, 20],
    ] as const) {
      unmaskSum(sum, masks, { from, to });
    }
    expect(sum).toEqual(expected);
  });

  it('do not come off in another context', () => {
    const { sum, expected, masks } = maskedSum(4, () => true);
    unmaskSum(sum, { ...masks, context: randomBytes(32) });
    expect(sum).not.toEqual(expected);
  });

  it('are refused where a secret is missing, of the wrong kind, twice, or of a stranger', () => {
    const { sum, masks } = maskedSum(4, (place) => place !== 2);
    const { secrets, sharers, survivors } = masks;
    const other = 'stranger' as SiteId;
    const wrong: Partial<MasksOfSum>[] = [
      { secrets: secrets.slice(1) },
      { secrets: [...secrets.slice(1), ...secrets.slice(1, 2)] },
      { secrets: secrets.map((opened) => ({ ...opened, kind: 'mask-key' })) },
      { survivors: [...survivors, other] },
      { sharers: [...sharers, { siteId: other, maskKey: randomBytes(32) }] },
    ];
    for (const change of wrong) {
      expect(() => unmaskSum(sum, { ...masks, ...change })).toThrow(refusal('bad-message'));
    }
  });
});

describe('a secure sum of quantised updates', () => {
  const one = encodeFloat(1);
  const schema: TensorSchema = [
    { name: 'a', shape: [4], range: one, init: { kind: 'zeros' } },
    { name: 'b', shape: [3], range: encodeFloat(0.25), init: { kind: 'zeros' } },
  ];

  it.each([1, -1])(
    'does not wrap with every coordinate at the bound (sign %p), whatever the weights (case 32)',
    async (sign) => {
      const weights = [1, 2 ** 20, 7, 1e9, 3];
      const weightTotal = weights.reduce((sum, weight) => sum + weight, 0);
      const delta = new Map([
        ['a', { shape: [4], data: new Float32Array(4).fill(sign * 1e30) }],
        ['b', { shape: [3], data: new Float32Array(3).fill(sign * 1e30) }],
      ]);
      const update = (place: number) =>
        quantise({ delta, schema, weight: weights[place] as number, weightTotal, sites: 5 }).vector;
      const prepared = await prepareAttempt(5, 1);
      for (const survivors of [places(5), [0, 1, 2, 3]]) {
        const { sum } = await endAttempt(prepared, { survivors, answering: [1, 2, 3, 4], update });
        const weightSurvivors = survivors.reduce((total, i) => total + (weights[i] as number), 0);
        const mean = dequantiseMean({
          ringSum: sum,
          schema,
          weightTotal,
          weightSurvivors,
          sites: 5,
        });
        expect(sum).toEqual(ringSum(survivors.map(update)));
        expect(
          Math.max(...(mean.get('a')?.data.map((x) => Math.abs(x - sign)) ?? [])),
        ).toBeLessThan(1e-8);
        expect(
          Math.max(...(mean.get('b')?.data.map((x) => Math.abs(x - sign / 4)) ?? [])),
        ).toBeLessThan(1e-8);
      }
    },
  );
});
