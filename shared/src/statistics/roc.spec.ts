import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';

import { auroc, macroAuroc } from './index.js';

interface Vectors {
  readonly roc: readonly {
    readonly scores: number[];
    readonly positives: boolean[];
    readonly auroc: number;
  }[];
  readonly macro: readonly {
    readonly labels: number[];
    readonly probabilities: number[][];
    readonly macroAuroc: number;
  }[];
}

const vectors = JSON.parse(
  readFileSync(join(__dirname, 'vectors', 'scikit-learn.json'), 'utf8'),
) as Vectors;

const scoredCases = fc.array(
  fc.record({ score: fc.integer({ min: -4, max: 4 }), positive: fc.boolean() }),
);

describe('auroc', () => {
  it.each(vectors.roc)('equals scikit-learn on $scores.length cases (vector %#)', (vector) => {
    expect(auroc(vector.scores, vector.positives)).toBeCloseTo(vector.auroc, 12);
  });

  it('is 0.84375 on eight cases counted by hand: 13 and a half of 16 pairs', () => {
    const labels = [0, 0, 0, 1, 1, 1, 0, 1];
    const scores = [0.1, 0.4, 0.35, 0.8, 0.4, 0.9, 0.7, 0.6];
    const area = auroc(
      scores,
      labels.map((label) => label === 1),
    );
    expect(area).toBe(0.84375);
  });

  it('counts a tie between the classes one half', () => {
    expect(auroc([1, 1], [true, false])).toBe(0.5);
    expect(auroc([2, 1, 1], [true, true, false])).toBe(0.75);
  });

  it('is 1 when every positive case scores higher and 0 when every one scores lower', () => {
    expect(auroc([1, 2, 3, 4], [false, false, true, true])).toBe(1);
    expect(auroc([1, 2, 3, 4], [true, true, false, false])).toBe(0);
  });

  it('is undefined when only one class occurs or there is no case', () => {
    expect(auroc([1, 2], [true, true])).toBeUndefined();
    expect(auroc([1, 2], [false, false])).toBeUndefined();
    expect(auroc([], [])).toBeUndefined();
  });

  it('is the share of pairs won, counted one by one', () => {
    fc.assert(
      fc.property(scoredCases, (cases) => {
        const positives = cases.filter(({ positive }) => positive);
        const negatives = cases.filter(({ positive }) => !positive);
        const wins = positives.flatMap((p) =>
          negatives.map((n) => (Math.sign(p.score - n.score) + 1) / 2),
        );
        const expected =
          wins.length === 0 ? undefined : wins.reduce((sum, x) => sum + x, 0) / wins.length;
        const found = auroc(
          cases.map(({ score }) => score),
          cases.map(({ positive }) => positive),
        );
        expect(found).toBe(expected);
      }),
    );
  });

  it.each([Number.NaN, Infinity, -Infinity])('refuses the score %p', (score) => {
    expect(() => auroc([0, score], [true, false])).toThrow('the score of case 1 is not finite');
  });

  it('refuses scores and labels of different number', () => {
    expect(() => auroc([0, 1], [true])).toThrow(RangeError);
  });
});

describe('macroAuroc', () => {
  it.each(vectors.macro)('equals scikit-learn on $labels.length cases (vector %#)', (vector) => {
    expect(macroAuroc(vector.probabilities, vector.labels)).toBeCloseTo(vector.macroAuroc, 12);
  });

  it('leaves out classes without cases on both sides', () => {
    const probabilities = [
      [0.7, 0.2, 0.1],
      [0.1, 0.8, 0.1],
    ];
    expect(macroAuroc(probabilities, [0, 1])).toBe(1);
  });

  it('is undefined when no class has cases on both sides', () => {
    expect(macroAuroc([[0.5, 0.5]], [0])).toBeUndefined();
    expect(macroAuroc([], [])).toBeUndefined();
  });

  it.each([
    ['ragged rows', [[0.5, 0.5], [1]], [0, 0]],
    ['a label without a column', [[0.5, 0.5]], [2]],
    ['more labels than rows', [[0.5, 0.5]], [0, 1]],
    ['a value that is not finite', [[Number.NaN, 0.5]], [0]],
  ])('refuses %s', (_, probabilities, labels) => {
    expect(() => macroAuroc(probabilities, labels)).toThrow(RangeError);
  });
});
