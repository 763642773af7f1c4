/** The optimizers there are: one case a kind. */
import { decodeFloat } from '@consilium/shared/encoding';
import type { OptimizerConfig } from '@consilium/shared/protocol';
import { adamW } from './adamw.js';
import type { Optimizer } from './optimizer.js';
import { sgd } from './sgd.js';

/** The optimizer of a study; its state is the caller's. */
export function createOptimizer(config: OptimizerConfig): Optimizer {
  switch (config.kind) {
    case 'adamw':
      return adamW({
        weightDecay: decodeFloat(config.weightDecay),
        beta1: decodeFloat(config.beta1),
        beta2: decodeFloat(config.beta2),
        epsilon: decodeFloat(config.epsilon),
      });
    case 'sgd':
      return sgd({
        momentum: decodeFloat(config.momentum),
        weightDecay: decodeFloat(config.weightDecay),
      });
  }
}
