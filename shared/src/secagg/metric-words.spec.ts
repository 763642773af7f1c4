import { refusal } from '../vocabulary/testing/refusal.js';
import { decodeMetricWords, encodeMetricWords, metricWordCount } from './index.js';
import { ringSum } from './testing/secure-attempt.js';

const figures = {
  before: {
    confusion: [
      [3, 1],
      [2, 4],
    ],
    lossSum: 7.5,
  },
  after: {
    confusion: [
      [4, 0],
      [1, 5],
    ],
    lossSum: 2.125,
  },
};

describe('figures as words of the masked vector', () => {
  it('are K^2 counts and a loss, before and after training', () => {
    const words = encodeMetricWords({ classes: 2, sites: 3, figures });
    expect([...words]).toEqual([3, 1, 2, 4, 7680, 4, 0, 1, 5, 2176]);
    expect(decodeMetricWords(words, 2)).toEqual(figures);
  });

  it('add up over the sites, of which some share nothing', () => {
    const words = encodeMetricWords({ classes: 2, sites: 3, figures });
    const nothing = encodeMetricWords({ classes: 2, sites: 3 });
    expect([...nothing]).toEqual(new Array(metricWordCount(2)).fill(0));
    expect(decodeMetricWords(ringSum([words, words, nothing]), 2)).toEqual({
      before: {
        confusion: [
          [6, 2],
          [4, 8],
        ],
        lossSum: 15,
      },
      after: {
        confusion: [
          [8, 0],
          [2, 10],
        ],
        lossSum: 4.25,
      },
    });
  });

  it('do not wrap when every site has the largest', () => {
    const largest = Math.floor((2 ** 32 - 1) / 7);
    const at = { confusion: [[largest]], lossSum: largest / 1024 };
    const words = encodeMetricWords({ classes: 1, sites: 7, figures: { before: at, after: at } });
    const sum = decodeMetricWords(ringSum(new Array<Uint32Array>(7).fill(words)), 1);
    expect(sum.before.confusion).toEqual([[7 * largest]]);
  });

  it.each([
    [[[3, 1]], 1],
    [[[3, 1], [2]], 1],
    [
      [
        [3, 1],
        [2, -1],
      ],
      1,
    ],
    [
      [
        [3, 1],
        [2, 0.5],
      ],
      1,
    ],
    [
      [
        [3, 1],
        [2, 2 ** 31],
      ],
      1,
    ],
    [
      [
        [3, 1],
        [2, 4],
      ],
      Number.NaN,
    ],
    [
      [
        [3, 1],
        [2, 4],
      ],
      Infinity,
    ],
    [
      [
        [3, 1],
        [2, 4],
      ],
      -1,
    ],
    [
      [
        [3, 1],
        [2, 4],
      ],
      2 ** 30,
    ],
  ])('are refused for the matrix %j and the loss %p', (confusion, lossSum) => {
    const wrong = { before: figures.before, after: { confusion, lossSum } };
    expect(() => encodeMetricWords({ classes: 2, sites: 3, figures: wrong })).toThrow(
      refusal('bad-message'),
    );
  });

  it('are refused in another number than the classes ask for', () => {
    expect(() => decodeMetricWords(new Uint32Array(9), 2)).toThrow(refusal('bad-update'));
    expect(() => metricWordCount(0)).toThrow(RangeError);
    expect(() => metricWordCount(1.5)).toThrow(RangeError);
  });
});
