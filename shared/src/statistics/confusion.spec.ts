import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { accuracy, addConfusions, balancedAccuracy, confusionMatrix } from './index.js';

interface Vectors {
  readonly confusion: readonly {
    readonly classes: number;
    readonly labels: number[];
    readonly predictions: number[];
    readonly confusion: number[][];
    readonly accuracy: number;
    readonly balancedAccuracy: number;
  }[];
}

const vectors = JSON.parse(
  readFileSync(join(__dirname, 'vectors', 'scikit-learn.json'), 'utf8'),
) as Vectors;

describe('scores from a confusion matrix', () => {
  it.each(vectors.confusion)('equal scikit-learn on $labels.length cases (vector %#)', (vector) => {
    const matrix = confusionMatrix(vector.labels, vector.predictions, vector.classes);
    expect(matrix).toEqual(vector.confusion);
    expect(accuracy(matrix)).toBeCloseTo(vector.accuracy, 12);
    expect(balancedAccuracy(matrix)).toBeCloseTo(vector.balancedAccuracy, 12);
  });

  it('give a balanced accuracy of 0.625 on a worked example', () => {
    const labels = [0, 1, 2, 3, 2, 1, 0, 3, 3, 1];
    const predictions = [0, 1, 1, 3, 2, 2, 0, 2, 3, 0];
    expect(balancedAccuracy(confusionMatrix(labels, predictions, 4))).toBe(0.625);
  });

  it('count a rare class as much as a frequent one, and an absent class not at all', () => {
    const matrix = [
      [98, 0, 0],
      [2, 0, 0],
      [0, 0, 0],
    ];
    expect(accuracy(matrix)).toBe(0.98);
    expect(balancedAccuracy(matrix)).toBe(0.5);
  });

  it('are never NaN: a matrix without cases is refused', () => {
    expect(() => accuracy([[0]])).toThrow('counts no case');
    expect(() => balancedAccuracy([[0]])).toThrow('counts no case');
    expect(() => balancedAccuracy([])).toThrow('counts no case');
  });

  it.each([
    ['is not square', [[1, 2]]],
    ['holds a fraction', [[0.5]]],
    ['holds a negative count', [[-1]]],
    ['holds NaN', [[Number.NaN]]],
  ])('refuse a matrix that %s', (_, matrix) => {
    expect(() => accuracy(matrix)).toThrow(RangeError);
    expect(() => balancedAccuracy(matrix)).toThrow(RangeError);
  });
});

describe('confusionMatrix', () => {
  it('has the truth in its rows and the prediction in its columns', () => {
    expect(confusionMatrix([0, 0, 1], [1, 1, 0], 2)).toEqual([
      [0, 2],
      [1, 0],
    ]);
  });

  it.each([
    ['a label that is no class', [2], [0], 2],
    ['a prediction that is no class', [0], [2], 2],
    ['a negative class', [-1], [0], 2],
    ['a class between two', [0.5], [0], 2],
    ['fewer predictions than labels', [0, 1], [0], 2],
    ['no class at all', [], [], 0],
  ])('refuses %s', (_, labels, predictions, classes) => {
    expect(() => confusionMatrix(labels, predictions, classes)).toThrow(RangeError);
  });
});

describe('addConfusions', () => {
  it('gives what counting all cases together gives', () => {
    const north = confusionMatrix([0, 1, 2], [0, 1, 1], 3);
    const south = confusionMatrix([2, 2], [2, 0], 3);
    const together = confusionMatrix([0, 1, 2, 2, 2], [0, 1, 1, 2, 0], 3);
    expect(addConfusions([north, south])).toEqual(together);
  });

  it('leaves its inputs as they were', () => {
    const matrix = [[1]];
    addConfusions([matrix, matrix]);
    expect(matrix).toEqual([[1]]);
  });

  it('refuses matrices of different classes, and none at all', () => {
    expect(() =>
      addConfusions([
        [[1]],
        [
          [1, 0],
          [0, 1],
        ],
      ]),
    ).toThrow(RangeError);
    expect(() => addConfusions([])).toThrow(RangeError);
  });
});
