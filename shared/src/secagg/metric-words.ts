/**
 * Figures on the validation split as words of the masked vector, so that only their sum is read: docs/protocol/v1.md section 4.1,
 * "Metric words".
 */
import { ConsiliumError } from '../vocabulary/index.js';

/** Losses are summed in steps of 2^-10. */
const LOSS_STEPS = 2 ** 10;
const LARGEST_WORD = 2 ** 32 - 1;
/** Before and after training. */
const MOMENTS = 2;

/** The figures of one moment: of one site, or summed over sites. */
export interface SummedFigures {
  /** Rows are true classes, columns predicted ones. */
  readonly confusion: readonly (readonly number[])[];
  /** Sum of the losses of all pictures, at least 0. */
  readonly lossSum: number;
}

export interface FiguresBeforeAndAfter {
  readonly before: SummedFigures;
  readonly after: SummedFigures;
}

export interface MetricWordsInput {
  /** K, at least 1. */
  readonly classes: number;
  /** n: the sites that advertised; the words of all of them add up without wrapping. */
  readonly sites: number;
  /** Absent where the policy of the site keeps them, which gives zeros. */
  readonly figures?: FiguresBeforeAndAfter;
}

/** Words that the metrics take after the update: before and after training, K^2 counts and a loss each. @throws RangeError */
export function metricWordCount(classes: number): number {
  if (!Number.isSafeInteger(classes) || classes < 1) {
    throw new RangeError(`classes must be a whole number of at least 1, got ${classes}`);
  }
  return MOMENTS * (classes * classes + 1);
}

/**
 * @returns metricWordCount(classes) words
 * @throws ConsiliumError 'bad-message' when the matrix is not K x K, or a figure is no count, negative, not finite or beyond
 * floor((2^32 - 1) / n), so that the sum over the sites could wrap
 */
export function encodeMetricWords({ classes, sites, figures }: MetricWordsInput): Uint32Array {
  const words = new Uint32Array(metricWordCount(classes));
  if (figures !== undefined) {
    const largest = Math.floor(LARGEST_WORD / sites);
    const values = [figures.before, figures.after].flatMap((moment) => wordsOf(moment, classes));
    values.forEach((value, i) => {
      words[i] = requireWord(value, largest);
    });
  }
  return words;
}

/**
 * The figures that the words of a sum stand for.
 * @throws ConsiliumError 'bad-update' unless there are metricWordCount(classes) words
 */
export function decodeMetricWords(words: Uint32Array, classes: number): FiguresBeforeAndAfter {
  const expected = metricWordCount(classes);
  if (words.length !== expected) {
    throw new ConsiliumError(
      'bad-update',
      `${words.length} metric words, expected ${expected} of ${classes} classes`,
    );
  }
  const half = expected / MOMENTS;
  return {
    before: figuresOf(words.subarray(0, half), classes),
    after: figuresOf(words.subarray(half), classes),
  };
}

function wordsOf({ confusion, lossSum }: SummedFigures, classes: number): readonly number[] {
  if (confusion.length !== classes || confusion.some((row) => row.length !== classes)) {
    throw new ConsiliumError('bad-message', `the confusion matrix is not ${classes} x ${classes}`);
  }
  return [...confusion.flat(), Math.round(lossSum * LOSS_STEPS)];
}

function requireWord(value: number, largest: number): number {
  if (!Number.isSafeInteger(value) || value < 0 || value > largest) {
    throw new ConsiliumError(
      'bad-message',
      `a figure of ${value} does not fit a sum over the sites: expected a whole number from 0 to ${largest}`,
    );
  }
  return value;
}

function figuresOf(words: Uint32Array, classes: number): SummedFigures {
  const confusion = Array.from({ length: classes }, (_, row) => [
    ...words.subarray(row * classes, (row + 1) * classes),
  ]);
  return { confusion, lossSum: (words[classes * classes] as number) / LOSS_STEPS };
}
