/** The way from one level of a backbone to another, step by step. */
import type * as tf from '@tensorflow/tfjs-core';
import type { Memory } from '../engine/compiled.js';
import { PIXELS, unadapted, type Adaptation } from './backbone.js';
import type { CapturedSteps, Step } from './captured-steps.js';

/** What the steps of an architecture compute under one adaptation; each is a function of its arguments and of variables. */
export interface Steps {
  readonly embedding: Step;
  readonly block: (block: number) => Step;
  readonly feature: Step;
}

export interface Way {
  readonly from: number;
  readonly to: number;
  /** Blocks of the backbone. */
  readonly blocks: number;
  /** Pictures. */
  readonly batch: number;
  readonly adaptation: Adaptation;
  readonly memory: Memory;
}

/** The frozen way frees what a step leaves as soon as the next has read it; on an adapted one the gradient may still need it. */
export function runBlocks(
  x: tf.Tensor2D,
  way: Way,
  steps: Steps,
  captured: CapturedSteps,
): tf.Tensor2D {
  const { from, to, blocks, batch, adaptation, memory } = way;
  const next = (rows: tf.Tensor2D, name: string, step: Step): tf.Tensor2D => {
    const left = captured.get(adaptation, memory, name, step)(rows, batch);
    if (adaptation === unadapted && rows !== x) {
      rows.dispose();
    }
    return left;
  };
  let rows = from === PIXELS && to > PIXELS ? next(x, 'the embedding', steps.embedding) : x;
  for (let block = Math.max(from, 0); block < to; block += 1) {
    rows = next(rows, `block ${block}`, steps.block(block));
  }
  return from < to && to === blocks ? next(rows, 'the feature', steps.feature) : rows;
}
