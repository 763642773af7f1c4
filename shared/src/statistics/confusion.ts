/** Scores from counts: a confusion matrix adds up across batches and sites, and every figure here follows from it. */

/** `matrix[truth][prediction]` is how often a case of class `truth` was taken for `prediction`. */
export type ConfusionMatrix = readonly (readonly number[])[];

/**
 * Counts the cases of each true and predicted class.
 * @param labels true classes, each a whole number in [0, classes)
 * @param predictions predicted classes, as many as labels
 * @returns classes x classes counts, rows are the truth
 * @throws RangeError when the lengths differ or a class is out of range
 */
export function confusionMatrix(
  labels: readonly number[],
  predictions: readonly number[],
  classes: number,
): number[][] {
  if (!Number.isInteger(classes) || classes < 1) {
    throw new RangeError(`classes must be a whole number of at least 1, got ${classes}`);
  }
  if (labels.length !== predictions.length) {
    throw new RangeError(`${labels.length} labels but ${predictions.length} predictions`);
  }
  const matrix = emptyMatrix(classes);
  labels.forEach((label, i) => {
    const row = matrix[label];
    const prediction = predictions[i];
    const count = prediction === undefined ? undefined : row?.[prediction];
    if (row === undefined || prediction === undefined || count === undefined) {
      throw new RangeError(`case ${i}: classes must be whole numbers below ${classes}`);
    }
    row[prediction] = count + 1;
  });
  return matrix;
}

/**
 * Adds matrices of the same classes, as when sites report apart.
 * @throws RangeError when there is none, or their sizes differ
 */
export function addConfusions(matrices: readonly ConfusionMatrix[]): number[][] {
  const [first] = matrices;
  if (first === undefined) {
    throw new RangeError('no confusion matrix to add');
  }
  const sum = emptyMatrix(first.length);
  for (const matrix of matrices) {
    requireSquare(matrix, first.length);
    sum.forEach((row, truth) => {
      const added = matrix[truth] ?? [];
      row.forEach((count, prediction) => {
        row[prediction] = count + (added[prediction] ?? 0);
      });
    });
  }
  return sum;
}

/** The share of cases predicted rightly. @throws RangeError when the matrix counts no case. */
export function accuracy(confusion: ConfusionMatrix): number {
  requireSquare(confusion, confusion.length);
  const right = confusion.reduce((sum, row, truth) => sum + (row[truth] ?? 0), 0);
  const cases = confusion.reduce((sum, row) => sum + total(row), 0);
  if (cases === 0) {
    throw new RangeError('the confusion matrix counts no case');
  }
  return right / cases;
}

/**
 * The mean recall over the classes that occur, so that a rare class counts as much as a frequent one.
 * @throws RangeError when the matrix counts no case
 */
export function balancedAccuracy(confusion: ConfusionMatrix): number {
  requireSquare(confusion, confusion.length);
  const recalls = confusion.flatMap((row, truth) => {
    const cases = total(row);
    return cases === 0 ? [] : [(row[truth] ?? 0) / cases];
  });
  if (recalls.length === 0) {
    throw new RangeError('the confusion matrix counts no case');
  }
  return total(recalls) / recalls.length;
}

function emptyMatrix(classes: number): number[][] {
  return Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, x) => sum + x, 0);
}

function requireSquare(confusion: ConfusionMatrix, classes: number): void {
  const square = confusion.length === classes && confusion.every((row) => row.length === classes);
  if (!square) {
    throw new RangeError(`a confusion matrix must have ${classes} rows of ${classes} counts`);
  }
  if (!confusion.every((row) => row.every((n) => Number.isSafeInteger(n) && n >= 0))) {
    throw new RangeError('a confusion matrix holds counts: whole numbers of at least 0');
  }
}
