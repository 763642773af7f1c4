/** Stochastic gradient descent with momentum and coupled weight decay, step for step as torch.optim.SGD. */
import * as tf from '@tensorflow/tfjs-core';
import type { Move, Optimizer } from './optimizer.js';

export interface SgdOptions {
  readonly momentum: number;
  readonly weightDecay: number;
}

export class Sgd implements Optimizer {
  readonly #options: SgdOptions;
  readonly #velocities: tf.Variable[] = [];

  constructor(options: SgdOptions) {
    this.#options = options;
  }

  step(moves: readonly Move[], learningRate: number): void {
    moves.forEach(({ variable, gradient }, i) => {
      tf.tidy(() => {
        const slope = tf.add(gradient, tf.mul(variable, this.#options.weightDecay));
        const velocity = this.#velocity(i, slope);
        variable.assign(tf.sub(variable, tf.mul(velocity, learningRate)));
      });
    });
  }

  dispose(): void {
    tf.dispose(this.#velocities);
  }

  /** The first step moves by the slope itself. */
  #velocity(index: number, slope: tf.Tensor): tf.Tensor {
    if (this.#options.momentum === 0) {
      return slope;
    }
    const kept = this.#velocities[index];
    if (kept === undefined) {
      this.#velocities[index] = tf.variable(slope, false);
      return slope;
    }
    kept.assign(tf.add(tf.mul(kept, this.#options.momentum), slope));
    return kept;
  }
}
