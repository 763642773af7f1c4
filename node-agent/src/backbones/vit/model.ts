/**
 * The vision transformer (Dosovitskiy et al. 2020, arXiv 2010.11929) with the options of its descendants, in plain tensor
 * operations. Between operations a batch is one matrix of [batch x tokens, width].
 */
import * as tf from '@tensorflow/tfjs-core';
import {
  featureSize,
  inputSize,
  type BackboneDescription,
  type VitGeometry,
} from '@consilium/shared/protocol';
import { adaptParameters } from '../adapted-parameters.js';
import type { Memory } from '../../engine/compiled.js';
import { PIXELS, unadapted, type Adaptation, type Backbone } from '../backbone.js';
import { CapturedSteps } from '../captured-steps.js';
import { runBlocks } from '../run-blocks.js';
import { runBlock } from './block.js';
import { embed } from './embedding.js';
import { featureOf } from './feature.js';
import type { VitPass } from './pass.js';
import { disposePlan, planVit, type VitPlan } from './plan.js';

export class VitModel implements Backbone {
  readonly description: BackboneDescription;
  readonly parameters: ReadonlyMap<string, tf.Tensor>;
  readonly #plan: VitPlan;
  readonly #captured = new CapturedSteps();

  /** @param parameters in the engine's form; the model frees them */
  constructor(
    description: BackboneDescription,
    geometry: VitGeometry,
    parameters: ReadonlyMap<string, tf.Tensor>,
  ) {
    this.description = description;
    this.parameters = parameters;
    this.#plan = planVit(geometry, inputSize(description.preprocessing));
  }

  get blocks(): number {
    return this.#plan.geometry.layers;
  }

  get featureSize(): number {
    return featureSize(this.#plan.geometry);
  }

  shapeAt(level: number): readonly [rows: number, columns: number] {
    const { geometry, input, patches, prefix } = this.#plan;
    switch (level) {
      case PIXELS:
        return [input.height * input.width, geometry.channels];
      case this.blocks:
        return [1, this.featureSize];
      default:
        return [prefix + patches, geometry.hiddenSize];
    }
  }

  trunk(pixels: tf.Tensor4D, level: number): tf.Tensor2D {
    return tf.tidy(() => {
      const rows: tf.Tensor2D = tf.reshape(pixels, [-1, this.#plan.geometry.channels]);
      return this.#run(rows, [PIXELS, level], unadapted, 'save');
    });
  }

  features(
    x: tf.Tensor2D,
    level: number,
    adaptation: Adaptation,
    memory: Memory = 'save',
  ): tf.Tensor2D {
    return this.#run(x, [level, this.blocks], adaptation, memory);
  }

  dispose(): void {
    tf.dispose([...this.parameters.values()]);
    disposePlan(this.#plan);
  }

  /** The way from one level to another. */
  #run(
    x: tf.Tensor2D,
    [from, to]: readonly [number, number],
    adaptation: Adaptation,
    memory: Memory,
  ): tf.Tensor2D {
    const { blocks } = this;
    const batch = x.shape[0] / this.shapeAt(from)[0];
    const pass = (pictures: number): VitPass => ({
      plan: this.#plan,
      batch: pictures,
      parameters: adaptParameters(this.parameters, adaptation),
      adaptation,
    });
    const steps = {
      embedding: (rows: tf.Tensor2D, pictures: number) => embed(rows, pass(pictures)),
      block: (block: number) => (rows: tf.Tensor2D, pictures: number) =>
        runBlock(rows, block, this.#leaving(block), pass(pictures)),
      feature: (rows: tf.Tensor2D, pictures: number) => featureOf(rows, pass(pictures)),
    };
    return runBlocks(x, { from, to, blocks, batch, adaptation, memory }, steps, this.#captured);
  }

  /** A feature that is the class token reads nothing else of the last block. */
  #leaving(block: number): 'all' | 'class' {
    const { layers, pool } = this.#plan.geometry;
    return block === layers - 1 && pool === 'class' ? 'class' : 'all';
  }
}
