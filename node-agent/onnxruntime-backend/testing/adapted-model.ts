/** Small transformers with an adapter each: their weights, frozen and trained. */
import * as tf from '@tensorflow/tfjs-core';
import { adaptedBlock, PROMPTS, type Size, type Weights } from './adapted-block.js';

export const METHODS = [
  'lora',
  'bottleneck',
  'dora',
  'swiglu',
  'prompts',
  'ia3',
  'bitfit',
  'rope',
  'full',
] as const;
export type Method = (typeof METHODS)[number];

export const TINY: Size = {
  width: 16,
  heads: 2,
  hidden: 32,
  tokens: 6,
  depth: 2,
  batch: 3,
  rank: 4,
};

export interface Model {
  readonly variables: tf.Variable[];
  readonly labels: tf.Tensor;
  readonly input: tf.Tensor;
  /** [batch, classes] out of [batch * tokens, width]; `apply` runs a block. */
  readonly logits: (x: tf.Tensor, apply: (block: Weights, x: tf.Tensor) => tf.Tensor) => tf.Tensor;
  readonly block: (block: Weights, x: tf.Tensor) => tf.Tensor;
  readonly blocks: readonly Weights[];
  readonly dispose: () => void;
}

export function buildModel(method: Method, size: Size, classes = 5): Model {
  const make = new Maker();
  const tokens = method === 'prompts' ? size.tokens + PROMPTS : size.tokens;
  const dims = { ...size, tokens };
  const blocks = Array.from({ length: size.depth }, () => blockWeights(method, dims, make));
  const head = {
    weight: make.variable([size.width, classes], 0.2),
    bias: make.variable([classes], 0.1),
  };
  const input = make.fixed([size.batch * tokens, size.width], 1);
  const labels = tf.tidy(() => {
    const values = Array.from({ length: size.batch }, (_, i) => i % classes);
    return tf.cast(tf.oneHot(tf.tensor1d(values, 'int32'), classes), 'float32');
  });
  const everything = [...blocks.flatMap((block) => Object.values(block)), head.weight, head.bias];
  return {
    variables: make.variables,
    labels,
    input,
    blocks,
    block: (weights, x) => adaptedBlock(weights, x, dims),
    logits: (x, apply) => {
      const last = blocks.reduce((state, weights) => apply(weights, state), x);
      const cube = tf.reshape(last, [size.batch, tokens, size.width]);
      const first = tf.reshape(tf.slice(cube, [0, 0, 0], [size.batch, 1, size.width]), [
        size.batch,
        size.width,
      ]);
      return tf.add(tf.matMul(first as tf.Tensor2D, head.weight as tf.Tensor2D), head.bias);
    },
    dispose: () => tf.dispose([...everything, input, labels]),
  };
}

export function lossOf(model: Model, logits: tf.Tensor): tf.Scalar {
  return tf.losses.softmaxCrossEntropy<tf.Tensor, tf.Scalar>(model.labels, logits);
}

/** Numbers that depend on nothing but the order of the calls. */
class Maker {
  readonly variables: tf.Variable[] = [];
  private state = 99;

  fixed(shape: readonly number[], scale: number, around = 0): tf.Tensor {
    const values = Float32Array.from(
      { length: tf.util.sizeFromShape([...shape]) },
      () => around + this.next() * 2 * scale,
    );
    return tf.tensor(values, [...shape]);
  }

  variable(shape: readonly number[], scale: number, around = 0): tf.Variable {
    const first = this.fixed(shape, scale, around);
    const variable = tf.variable(first);
    first.dispose();
    this.variables.push(variable);
    return variable;
  }

  /** Xorshift (Marsaglia 2003), in -0.5 to 0.5. */
  private next(): number {
    let s = this.state;
    s ^= s << 13;
    s ^= s >>> 17;
    s ^= s << 5;
    this.state = s >>> 0;
    return this.state / 2 ** 32 - 0.5;
  }
}

function blockWeights(method: Method, size: Size, make: Maker): Weights {
  const { width: D, hidden: F } = size;
  const trainsAll = method === 'full';
  const tensor = (name: string, shape: readonly number[], around = 0): tf.Tensor => {
    const isVector = shape.length === 1;
    const trains = trainsAll || (method === 'bitfit' && isVector && name !== 'norm2Scale');
    return trains ? make.variable(shape, 0.1, around) : make.fixed(shape, 0.1, around);
  };
  const base: Record<string, tf.Tensor> = {
    norm1Scale: tensor('norm1Scale', [D], 1),
    norm1Shift: tensor('norm1Shift', [D]),
    norm2Scale: tensor('norm2Scale', [D], 1),
    norm2Shift: tensor('norm2Shift', [D]),
    qkv: tensor('qkv', [D, 3 * D]),
    qkvBias: tensor('qkvBias', [3 * D]),
    out: tensor('out', [D, D]),
    outBias: tensor('outBias', [D]),
    up: tensor('up', [D, F]),
    upBias: tensor('upBias', [F]),
    down: tensor('down', [F, D]),
    downBias: tensor('downBias', [D]),
  };
  return { ...base, ...adapterWeights(method, size, make) };
}

function adapterWeights(method: Method, size: Size, make: Maker): Weights {
  const { width: D, hidden: F, heads: H, tokens: T, rank } = size;
  const lowRank = (): Record<string, tf.Tensor> => ({
    queryA: make.variable([D, rank], 0.1),
    queryB: make.variable([rank, D], 0.1),
    valueA: make.variable([D, rank], 0.1),
    valueB: make.variable([rank, D], 0.1),
  });
  const angles = (): tf.Tensor => make.fixed([T, D / H], 1);
  switch (method) {
    case 'lora':
      return lowRank();
    case 'rope': {
      const turned = angles();
      const tables = { cos: tf.cos(turned), sin: tf.sin(turned) };
      turned.dispose();
      return { ...lowRank(), ...tables };
    }
    case 'dora':
      return {
        ...lowRank(),
        queryNorm: make.variable([1, D], 0.2, 1),
        valueNorm: make.variable([1, D], 0.2, 1),
      };
    case 'swiglu':
      return {
        ...lowRank(),
        gated: make.fixed([D, 2 * F], 0.1),
        gatedBias: make.fixed([2 * F], 0.1),
        scale1: make.fixed([D], 0.5),
        scale2: make.fixed([D], 0.5),
      };
    case 'bottleneck':
      return {
        narrow: make.variable([D, 8], 0.1),
        narrowBias: make.variable([8], 0.1),
        wide: make.variable([8, D], 0.1),
        wideBias: make.variable([D], 0.1),
      };
    case 'prompts':
      return { prompts: make.variable([1, PROMPTS, D], 0.2) };
    case 'ia3':
      return {
        keyGain: make.variable([D], 0.1, 1),
        valueGain: make.variable([D], 0.1, 1),
        hiddenGain: make.variable([F], 0.1, 1),
      };
    case 'bitfit':
    case 'full':
      return {};
  }
}
