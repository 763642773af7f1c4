/**
 * A backbone as a chain of embedding, blocks and feature, whatever an architecture computes in each. Between them a batch is one
 * matrix of [batch x tokens, width].
 */
import * as tf from '@tensorflow/tfjs-core';
import type { BackboneDescription, BackboneGeometry, ImageSize } from '@consilium/shared/protocol';
import type { Memory } from '../engine/compiled.js';
import { adaptParameters } from './adapted-parameters.js';
import { PIXELS, unadapted, type Adaptation, type Backbone } from './backbone.js';
import { CapturedSteps } from './captured-steps.js';
import type { Pass } from './pass.js';
import { runBlocks } from './run-blocks.js';

/** What of a computation follows from geometry and input size. */
export interface Plan {
  readonly geometry: BackboneGeometry;
  readonly input: ImageSize;
}

/** What one architecture computes at an input size. */
export interface Architecture<P extends Plan> {
  readonly plan: P;
  /** Of one picture, between blocks. */
  readonly tokens: number;
  readonly featureSize: number;
  /** [batch x pixels, channels] -> [batch x tokens, width] */
  embed(rows: tf.Tensor2D, pass: Pass<P>): tf.Tensor2D;
  /** [batch x tokens, width], before the block and behind it; a last block may leave fewer tokens. */
  block(rows: tf.Tensor2D, block: number, pass: Pass<P>): tf.Tensor2D;
  /** What the last block leaves -> [batch, featureSize] */
  feature(rows: tf.Tensor2D, pass: Pass<P>): tf.Tensor2D;
  /** Frees the constants of the plan. */
  dispose(): void;
}

export class BlockChain<P extends Plan> implements Backbone {
  readonly #captured = new CapturedSteps();

  /** @param parameters in the engine's form; the chain frees them, and the architecture */
  constructor(
    readonly description: BackboneDescription,
    readonly parameters: ReadonlyMap<string, tf.Tensor>,
    private readonly architecture: Architecture<P>,
  ) {}

  get blocks(): number {
    return this.architecture.plan.geometry.layers;
  }

  get featureSize(): number {
    return this.architecture.featureSize;
  }

  shapeAt(level: number): readonly [rows: number, columns: number] {
    const { plan, tokens } = this.architecture;
    const { geometry, input } = plan;
    switch (level) {
      case PIXELS:
        return [input.height * input.width, geometry.channels];
      case this.blocks:
        return [1, this.featureSize];
      default:
        return [tokens, geometry.hiddenSize];
    }
  }

  trunk(pixels: tf.Tensor4D, level: number): tf.Tensor2D {
    return tf.tidy(() => {
      const { channels } = this.architecture.plan.geometry;
      const rows: tf.Tensor2D = tf.reshape(pixels, [-1, channels]);
      return this.run(rows, [PIXELS, level], unadapted, 'save');
    });
  }

  features(
    x: tf.Tensor2D,
    level: number,
    adaptation: Adaptation,
    memory: Memory = 'save',
  ): tf.Tensor2D {
    return this.run(x, [level, this.blocks], adaptation, memory);
  }

  dispose(): void {
    tf.dispose([...this.parameters.values()]);
    this.architecture.dispose();
  }

  /** The way from one level to another. */
  private run(
    x: tf.Tensor2D,
    [from, to]: readonly [number, number],
    adaptation: Adaptation,
    memory: Memory,
  ): tf.Tensor2D {
    const { blocks, architecture } = this;
    const batch = x.shape[0] / this.shapeAt(from)[0];
    const pass = (pictures: number): Pass<P> => ({
      plan: architecture.plan,
      batch: pictures,
      parameters: adaptParameters(this.parameters, adaptation),
      adaptation,
    });
    const steps = {
      embedding: (rows: tf.Tensor2D, pictures: number) => architecture.embed(rows, pass(pictures)),
      block: (block: number) => (rows: tf.Tensor2D, pictures: number) =>
        architecture.block(rows, block, pass(pictures)),
      feature: (rows: tf.Tensor2D, pictures: number) => architecture.feature(rows, pass(pictures)),
    };
    return runBlocks(x, { from, to, blocks, batch, adaptation, memory }, steps, this.#captured);
  }
}
