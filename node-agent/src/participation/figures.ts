/** Metrics as plain numbers, for a display or a table; an AUROC that the split cannot give is left out. */
import { decodeFloat } from '@consilium/shared/encoding';
import type { Metrics } from '@consilium/shared/protocol';

export interface Figures {
  readonly samples: number;
  readonly loss: number;
  readonly balancedAccuracy: number;
  readonly auroc?: number;
}

export function figuresOf({ samples, loss, balancedAccuracy, auroc }: Metrics): Figures {
  return {
    samples,
    loss: decodeFloat(loss),
    balancedAccuracy: decodeFloat(balancedAccuracy),
    ...(auroc === 'undefined' ? {} : { auroc: decodeFloat(auroc) }),
  };
}
