/** What a model does on a split, from its logits. Computed in float64 outside the engine, so that every engine counts alike. */
import { encodeFloat } from '@consilium/shared/encoding';
import type { Metrics } from '@consilium/shared/protocol';
import { balancedAccuracy, confusionMatrix, macroAuroc } from '@consilium/shared/statistics';
import { ConsiliumError } from '@consilium/shared/vocabulary';

/**
 * @param logits one row an image
 * @param labels class of each image, at least one
 * @throws ConsiliumError 'non-finite' when a logit is NaN or infinite
 */
export function classificationMetrics(
  logits: readonly (readonly number[])[],
  labels: readonly number[],
  classes: number,
): Metrics {
  if (!logits.every((row) => row.every(Number.isFinite))) {
    throw new ConsiliumError('non-finite', 'the model gives values that are not finite');
  }
  const logProbabilities = logits.map(logSoftmax);
  const losses = logProbabilities.map((row, i) => -(row[labels[i] ?? -1] ?? Number.NaN));
  const confusion = confusionMatrix(labels, logits.map(indexOfLargest), classes);
  const area = macroAuroc(
    logProbabilities.map((row) => row.map(Math.exp)),
    labels,
  );
  return {
    samples: labels.length,
    loss: encodeFloat(losses.reduce((sum, loss) => sum + loss, 0) / labels.length),
    confusion,
    balancedAccuracy: encodeFloat(balancedAccuracy(confusion)),
    auroc: area === undefined ? 'undefined' : encodeFloat(area),
  };
}

function logSoftmax(row: readonly number[]): number[] {
  const largest = Math.max(...row);
  const total = Math.log(row.reduce((sum, value) => sum + Math.exp(value - largest), 0));
  return row.map((value) => value - largest - total);
}

/** The first of equals. */
function indexOfLargest(row: readonly number[]): number {
  return row.indexOf(Math.max(...row));
}
