/** The optimizers there are: one case a kind. */
import { decodeFloat } from '@consilium/shared/encoding';
import type { OptimizerConfig } from '@consilium/shared/protocol';
import { AdamW } from './adamw.js';
import type { Optimizer } from './optimizer.js';
import { Sgd } from './sgd.js';

/** A fresh optimizer, as every local training starts with. */
export function createOptimizer(config: OptimizerConfig): Optimizer {
  switch (config.kind) {
    case 'adamw':
      return new AdamW({
        weightDecay: decodeFloat(config.weightDecay),
        beta1: decodeFloat(config.beta1),
        beta2: decodeFloat(config.beta2),
        epsilon: decodeFloat(config.epsilon),
      });
    case 'sgd':
      return new Sgd({
        momentum: decodeFloat(config.momentum),
        weightDecay: decodeFloat(config.weightDecay),
      });
  }
}
