/**
 * The steps of a way through a backbone (embedding, each block, feature), each captured apart: memory is bounded by one step, and
 * equal blocks share their graphs.
 */
import type * as tf from '@tensorflow/tfjs-core';
import { compiled, type Memory } from '../engine/compiled.js';
import type { Adaptation } from './backbone.js';

/** @param batch pictures in x */
export type Step = (x: tf.Tensor2D, batch: number) => tf.Tensor2D;

type Steps = Map<string, Step>;

export class CapturedSteps {
  /** Forgotten with the adaptation. */
  readonly #of: Readonly<Record<Memory, WeakMap<Adaptation, Steps>>> = {
    save: new WeakMap(),
    recompute: new WeakMap(),
  };

  /** @param step the same function at every call of one adaptation and name: the first one is kept */
  get(adaptation: Adaptation, memory: Memory, name: string, step: Step): Step {
    const steps: Steps = this.#of[memory].get(adaptation) ?? new Map<string, Step>();
    this.#of[memory].set(adaptation, steps);
    const captured = steps.get(name) ?? compiled(step, name, memory);
    steps.set(name, captured);
    return captured;
  }
}
