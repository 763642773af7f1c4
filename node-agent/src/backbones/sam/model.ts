/**
 * The image encoder of Segment Anything (Kirillov et al. 2023, arXiv 2304.02643) in plain tensor operations. A picture's feature
 * is the mean of the neck's output over all patches. Between operations a batch is one matrix of [batch x patches, width].
 */
import * as tf from '@tensorflow/tfjs-core';
import { inputSize, type BackboneDescription, type SamGeometry } from '@consilium/shared/protocol';
import { adaptParameters } from '../adapted-parameters.js';
import type { Memory } from '../../engine/compiled.js';
import { PIXELS, unadapted, type Adaptation, type Backbone } from '../backbone.js';
import { CapturedSteps } from '../captured-steps.js';
import { runBlocks } from '../run-blocks.js';
import { runBlock } from './block.js';
import { embed } from './embedding.js';
import { neckMap } from './neck.js';
import type { SamPass } from './pass.js';
import { disposePlan, planSam, type SamPlan } from './plan.js';

export class SamModel implements Backbone {
  readonly description: BackboneDescription;
  readonly parameters: ReadonlyMap<string, tf.Tensor>;
  readonly #plan: SamPlan;
  readonly #captured = new CapturedSteps();

  /** @param parameters in the engine's form; the model frees them */
  constructor(
    description: BackboneDescription,
    geometry: SamGeometry,
    parameters: ReadonlyMap<string, tf.Tensor>,
  ) {
    this.description = description;
    this.parameters = parameters;
    this.#plan = planSam(geometry, inputSize(description.preprocessing));
  }

  get blocks(): number {
    return this.#plan.geometry.layers;
  }

  get featureSize(): number {
    return this.#plan.geometry.neckSize;
  }

  shapeAt(level: number): readonly [rows: number, columns: number] {
    const { geometry, input, patches } = this.#plan;
    switch (level) {
      case PIXELS:
        return [input.height * input.width, geometry.channels];
      case this.blocks:
        return [1, this.featureSize];
      default:
        return [patches, geometry.hiddenSize];
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
    const pass = (pictures: number): SamPass => ({
      plan: this.#plan,
      batch: pictures,
      parameters: adaptParameters(this.parameters, adaptation),
      adaptation,
    });
    const steps = {
      embedding: (rows: tf.Tensor2D, pictures: number) => embed(rows, pass(pictures)),
      block: (block: number) => (rows: tf.Tensor2D, pictures: number) =>
        runBlock(rows, block, pass(pictures)),
      feature: (rows: tf.Tensor2D, pictures: number): tf.Tensor2D =>
        tf.mean(neckMap(rows, pass(pictures)), 1),
    };
    return runBlocks(x, { from, to, blocks, batch, adaptation, memory }, steps, this.#captured);
  }
}
