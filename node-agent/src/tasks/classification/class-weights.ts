/** How much each class counts in the training loss. */
import type { TrainingConfig } from '@consilium/shared/protocol';

/**
 * 'balanced' weighs a class by total / (classes present x its count), so that all classes present pull alike (as scikit-learn's
 * class_weight='balanced'); a class without images gets 0, which no image ever meets.
 * @param counts training images of each class
 */
export function classWeights(
  kind: TrainingConfig['classWeights'],
  counts: readonly number[],
): number[] {
  switch (kind) {
    case 'none':
      return counts.map(() => 1);
    case 'balanced': {
      const total = counts.reduce((sum, count) => sum + count, 0);
      const present = counts.filter((count) => count > 0).length;
      return counts.map((count) => (count === 0 ? 0 : total / (present * count)));
    }
  }
}
