/** AdamW (Loshchilov and Hutter 2019, arXiv 1711.05101), decoupled weight decay, step for step as torch.optim.AdamW. */
import * as tf from '@tensorflow/tfjs-core';
import type { Move, Optimizer } from './optimizer.js';

export interface AdamWOptions {
  readonly weightDecay: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

interface Moments {
  readonly first: tf.Variable;
  readonly second: tf.Variable;
}

export class AdamW implements Optimizer {
  readonly #options: AdamWOptions;
  readonly #moments: Moments[] = [];
  #steps = 0;

  constructor(options: AdamWOptions) {
    this.#options = options;
  }

  step(moves: readonly Move[], learningRate: number): void {
    this.#steps += 1;
    moves.forEach((move, i) => {
      tf.tidy(() => {
        this.#move(move, this.#momentsOf(i, move.variable), learningRate);
      });
    });
  }

  dispose(): void {
    this.#moments.forEach(({ first, second }) => tf.dispose([first, second]));
  }

  #move({ variable, gradient }: Move, { first, second }: Moments, learningRate: number): void {
    const { beta1, beta2, epsilon, weightDecay } = this.#options;
    first.assign(tf.add(tf.mul(first, beta1), tf.mul(gradient, 1 - beta1)));
    second.assign(tf.add(tf.mul(second, beta2), tf.mul(tf.square(gradient), 1 - beta2)));
    const correction1 = 1 - beta1 ** this.#steps;
    const correction2 = 1 - beta2 ** this.#steps;
    const scale = tf.add(tf.div(tf.sqrt(second), Math.sqrt(correction2)), epsilon);
    const change = tf.mul(tf.div(first, scale), learningRate / correction1);
    variable.assign(tf.sub(tf.mul(variable, 1 - learningRate * weightDecay), change));
  }

  #momentsOf(index: number, variable: tf.Variable): Moments {
    const moments = this.#moments[index] ?? {
      first: tf.variable(tf.zerosLike(variable), false),
      second: tf.variable(tf.zerosLike(variable), false),
    };
    this.#moments[index] = moments;
    return moments;
  }
}
