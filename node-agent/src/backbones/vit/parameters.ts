/** The weights of a `vit` model in the tensor engine, turned the way the model multiplies: linear weights are [in, out]. */
import * as tf from '@tensorflow/tfjs-core';
import type { BackboneGeometry, LoraTarget } from '@consilium/shared/protocol';
import type { LayerNormWeights } from '../../engine/layer-norm.js';
import { requireWeight, type BackboneWeights } from '../weights.js';
import { blockPrefix, LINEAR_NAMES } from './weights/hugging-face-vit.js';

export interface Linear {
  /** [in, out] */
  readonly weight: tf.Tensor2D;
  /** [out] */
  readonly bias?: tf.Tensor1D;
}

export interface VitBlock {
  readonly normBefore: LayerNormWeights;
  readonly normAfter: LayerNormWeights;
  readonly linears: Readonly<Record<LoraTarget, Linear>>;
}

export interface VitWeights {
  /** [1, 1, D] */
  readonly cls: tf.Tensor3D;
  /** [1, T, D] */
  readonly positions: tf.Tensor3D;
  /** From a patch's pixels, row by row and channels last, to D. */
  readonly patch: Linear;
  readonly blocks: readonly VitBlock[];
  readonly norm: LayerNormWeights;
  /** Everything above, to be freed. */
  readonly all: readonly tf.Tensor[];
}

/** Copies the weights into the engine; whoever calls frees `all`. */
export function loadVit(geometry: BackboneGeometry, weights: BackboneWeights): VitWeights {
  const all: tf.Tensor[] = [];

  function load(name: string, turn: (tensor: tf.Tensor) => tf.Tensor = tf.clone): tf.Tensor {
    const { shape, data } = requireWeight(weights, name);
    const tensor = tf.tidy(() => turn(tf.tensor(data, [...shape])));
    all.push(tensor);
    return tensor;
  }

  function loadLinear(name: string, turn: (tensor: tf.Tensor) => tf.Tensor): Linear {
    const weight = load(`${name}.weight`, turn) as tf.Tensor2D;
    const hasBias = weights.tensors.has(`${name}.bias`);
    return hasBias ? { weight, bias: load(`${name}.bias`) as tf.Tensor1D } : { weight };
  }

  function loadNorm(name: string): LayerNormWeights {
    return {
      scale: load(`${name}.weight`) as tf.Tensor1D,
      shift: load(`${name}.bias`) as tf.Tensor1D,
    };
  }

  function loadBlock(block: number): VitBlock {
    const prefix = blockPrefix(block);
    const linear = (target: LoraTarget) => loadLinear(prefix + LINEAR_NAMES[target], outIn);
    return {
      normBefore: loadNorm(`${prefix}layernorm_before`),
      normAfter: loadNorm(`${prefix}layernorm_after`),
      linears: {
        query: linear('query'),
        key: linear('key'),
        value: linear('value'),
        'attention-output': linear('attention-output'),
        'mlp-up': linear('mlp-up'),
        'mlp-down': linear('mlp-down'),
      },
    };
  }

  return {
    cls: load('embeddings.cls_token') as tf.Tensor3D,
    positions: load('embeddings.position_embeddings') as tf.Tensor3D,
    patch: loadLinear('embeddings.patch_embeddings.projection', convolution),
    blocks: Array.from({ length: geometry.layers }, (_, block) => loadBlock(block)),
    norm: loadNorm('layernorm'),
    all,
  };
}

/** [out, in] -> [in, out] */
function outIn(weight: tf.Tensor): tf.Tensor {
  return tf.transpose(weight);
}

/** A convolution without overlap is a product: [D, 3, P, P] -> [P x P x 3, D] */
function convolution(weight: tf.Tensor): tf.Tensor {
  return tf.reshape(tf.transpose(weight, [2, 3, 1, 0]), [-1, weight.shape[0]]);
}
