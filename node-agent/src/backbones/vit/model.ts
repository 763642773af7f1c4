/**
 * The vision transformer (Dosovitskiy et al. 2020) as Hugging Face's ViTModel computes it, in plain tensor operations. Between
 * operations a batch is one matrix of [batch x tokens, width]; B batch, T tokens, N patches, D width, H heads, F mlp width.
 */
import * as tf from '@tensorflow/tfjs-core';
import { decodeFloat } from '@consilium/shared/encoding';
import type { BackboneDescription, BackboneGeometry, LoraTarget } from '@consilium/shared/protocol';
import { gelu } from '../../engine/gelu.js';
import { layerNorm, type LayerNormWeights } from '../../engine/layer-norm.js';
import { unadapted, type AdaptModule, type Backbone } from '../backbone.js';
import type { BackboneWeights } from '../weights.js';
import { loadVit, type Linear, type VitBlock, type VitWeights } from './parameters.js';

export class VitModel implements Backbone {
  readonly description: BackboneDescription;
  readonly #geometry: BackboneGeometry;
  readonly #weights: VitWeights;
  readonly #epsilon: number;
  readonly #tokens: number;

  constructor(description: BackboneDescription, weights: BackboneWeights) {
    this.description = description;
    this.#geometry = description.geometry;
    this.#weights = loadVit(description.geometry, weights);
    this.#epsilon = decodeFloat(description.geometry.layerNormEps);
    this.#tokens = (description.geometry.imageSize / description.geometry.patchSize) ** 2 + 1;
  }

  get blocks(): number {
    return this.#geometry.layers;
  }

  get featureSize(): number {
    return this.#geometry.hiddenSize;
  }

  shapeAt(level: number): readonly [rows: number, columns: number] {
    return [level === this.blocks ? 1 : this.#tokens, this.#geometry.hiddenSize];
  }

  trunk(pixels: tf.Tensor4D, level: number): tf.Tensor2D {
    return tf.tidy(() => {
      const x = this.#embed(pixels); // [B x T, D]
      if (level === this.blocks) {
        return this.features(x, 0, unadapted);
      }
      return this.#weights.blocks
        .slice(0, level)
        .reduce((tokens, block, i) => this.#block(tokens, block, at(i, unadapted)), x);
    });
  }

  features(x: tf.Tensor2D, level: number, adapt: AdaptModule): tf.Tensor2D {
    if (level === this.blocks) {
      return x;
    }
    const last = this.blocks - 1;
    const tokens = this.#weights.blocks
      .slice(level, last)
      .reduce((above, block, i) => this.#block(above, block, at(level + i, adapt)), x);
    const block = this.#weights.blocks[last] as VitBlock;
    return this.#norm(this.#lastBlock(tokens, block, at(last, adapt)), this.#weights.norm);
  }

  dispose(): void {
    tf.dispose([...this.#weights.all]);
  }

  /** Patches as rows, projected; the class token before them; positions added. [B, S, S, 3] -> [B x T, D] */
  #embed(pixels: tf.Tensor4D): tf.Tensor2D {
    const { imageSize, patchSize, channels, hiddenSize } = this.#geometry;
    const batch = pixels.shape[0];
    const grid = imageSize / patchSize;
    const rows = tf.reshape(pixels, [batch, grid, patchSize, grid, patchSize * channels]);
    const patches: tf.Tensor2D = tf.reshape(tf.transpose(rows, [0, 1, 3, 2, 4]), [
      batch * grid * grid,
      patchSize * patchSize * channels,
    ]);
    const projected = linear(patches, this.#weights.patch); // [B x N, D]
    const cls = tf.tile(this.#weights.cls, [batch, 1, 1]); // [B, 1, D]
    const tokens = tf.concat([cls, tf.reshape(projected, [batch, grid * grid, hiddenSize])], 1);
    return tf.reshape(tf.add(tokens, this.#weights.positions), [-1, hiddenSize]);
  }

  /** Attention, then the two-layer perceptron, each on normalised tokens and added to them. [B x T, D] -> [B x T, D] */
  #block(x: tf.Tensor2D, block: VitBlock, apply: Apply): tf.Tensor2D {
    const normal = this.#norm(x, block.normBefore);
    const attended = this.#attention(normal, normal, block, apply);
    return this.#perceptron(tf.add(x, attended), block, apply);
  }

  /** Only the class token leaves the last block, so it alone asks and goes on: [B x T, D] -> [B, D] */
  #lastBlock(x: tf.Tensor2D, block: VitBlock, apply: Apply): tf.Tensor2D {
    const normal = this.#norm(x, block.normBefore);
    const attended = this.#attention(this.#classTokens(normal), normal, block, apply);
    return this.#perceptron(tf.add(this.#classTokens(x), attended), block, apply);
  }

  #classTokens(x: tf.Tensor2D): tf.Tensor2D {
    const width = this.#geometry.hiddenSize;
    const first = tf.slice(tf.reshape(x, [-1, this.#tokens, width]), [0, 0, 0], [-1, 1, -1]);
    return tf.reshape(first, [-1, width]);
  }

  /**
   * Every head weighs all tokens by how well they answer.
   * @param asking [B x Q, D], the tokens that ask: all (Q = T) or the class token (Q = 1)
   * @param tokens [B x T, D]
   * @returns [B x Q, D]
   */
  #attention(asking: tf.Tensor2D, tokens: tf.Tensor2D, block: VitBlock, apply: Apply): tf.Tensor2D {
    const { hiddenSize, heads } = this.#geometry;
    const size = hiddenSize / heads;
    const batch = tokens.shape[0] / this.#tokens;
    const split = (x: tf.Tensor2D) =>
      tf.transpose(tf.reshape(x, [batch, -1, heads, size]), [0, 2, 1, 3]); // [B, H, -1, D / H]

    const query = split(tf.mul(apply(block, 'query', asking), 1 / Math.sqrt(size)));
    const key = split(apply(block, 'key', tokens));
    const value = split(apply(block, 'value', tokens));
    const weights = tf.softmax(tf.matMul(query, key, false, true)); // [B, H, Q, T]
    const mixed = tf.matMul(weights, value); // [B, H, Q, D / H]
    const joined = tf.transpose(mixed, [0, 2, 1, 3]); // [B, Q, H, D / H]
    return apply(block, 'attention-output', tf.reshape(joined, [-1, hiddenSize]));
  }

  #perceptron(x: tf.Tensor2D, block: VitBlock, apply: Apply): tf.Tensor2D {
    const normal = this.#norm(x, block.normAfter);
    const hidden = gelu(apply(block, 'mlp-up', normal)); // [rows, F]
    return tf.add(x, apply(block, 'mlp-down', hidden));
  }

  #norm(x: tf.Tensor2D, weights: LayerNormWeights): tf.Tensor2D {
    return layerNorm(x, weights, this.#epsilon);
  }
}

/** A linear layer of the block at hand, adapted. */
type Apply = (block: VitBlock, target: LoraTarget, x: tf.Tensor2D) => tf.Tensor2D;

function at(block: number, adapt: AdaptModule): Apply {
  return ({ linears }, target, x) => adapt({ block, target }, x, linear(x, linears[target]));
}

/** [rows, in] -> [rows, out] */
function linear(x: tf.Tensor2D, { weight, bias }: Linear): tf.Tensor2D {
  const product: tf.Tensor2D = tf.matMul(x, weight);
  return bias === undefined ? product : tf.add(product, bias);
}
