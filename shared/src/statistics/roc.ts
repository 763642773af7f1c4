/** Area under the receiver operating characteristic as the Mann-Whitney statistic: ties between the classes count one half. */

/**
 * The chance that a positive case scores above a negative one.
 * @param scores finite numbers, higher means more likely positive
 * @param positives whether each case is positive, as many as scores
 * @returns a number in [0, 1], or undefined when only one class occurs
 * @throws RangeError when the lengths differ or a score is not finite
 */
export function auroc(
  scores: readonly number[],
  positives: readonly boolean[],
): number | undefined {
  if (scores.length !== positives.length) {
    throw new RangeError(`${scores.length} scores but ${positives.length} labels`);
  }
  const bad = scores.findIndex((score) => !Number.isFinite(score));
  if (bad >= 0) {
    throw new RangeError(`the score of case ${bad} is not finite`);
  }
  const positiveCases = positives.filter(Boolean).length;
  const negativeCases = positives.length - positiveCases;
  if (positiveCases === 0 || negativeCases === 0) {
    return undefined;
  }
  const ordered = scores
    .map((score, i) => ({ score, positive: positives[i] === true }))
    .sort((a, b) => a.score - b.score);
  const wins = pairsWon(ordered);
  return wins / (positiveCases * negativeCases);
}

/**
 * The mean of the one-against-rest areas over the classes that have cases on both sides.
 * @param probabilities one row a case, one column a class
 * @param labels true classes, as many as rows
 * @returns undefined when no class has cases on both sides
 * @throws RangeError when the shapes differ, a label has no column or a value is not finite
 */
export function macroAuroc(
  probabilities: readonly (readonly number[])[],
  labels: readonly number[],
): number | undefined {
  const classes = probabilities[0]?.length ?? 0;
  if (!probabilities.every((row) => row.length === classes)) {
    throw new RangeError(`every row of probabilities must have ${classes} columns`);
  }
  if (!labels.every((label) => Number.isInteger(label) && label >= 0 && label < classes)) {
    throw new RangeError(`labels must be whole numbers below ${classes}`);
  }
  const areas = Array.from({ length: classes }, (_, k) =>
    auroc(
      probabilities.map((row) => row[k] ?? Number.NaN),
      labels.map((label) => label === k),
    ),
  ).filter((area) => area !== undefined);
  return areas.length === 0 ? undefined : areas.reduce((sum, x) => sum + x, 0) / areas.length;
}

interface ScoredCase {
  readonly score: number;
  readonly positive: boolean;
}

/** Walks groups of equal scores upwards; every value is a half integer, so the count is exact. */
function pairsWon(ordered: readonly ScoredCase[]): number {
  let wins = 0;
  let negativesBelow = 0;
  let positivesTied = 0;
  let negativesTied = 0;
  ordered.forEach(({ score, positive }, i) => {
    if (positive) {
      positivesTied += 1;
    } else {
      negativesTied += 1;
    }
    if (ordered[i + 1]?.score !== score) {
      wins += positivesTied * (negativesBelow + negativesTied / 2);
      negativesBelow += negativesTied;
      positivesTied = 0;
      negativesTied = 0;
    }
  });
  return wins;
}
