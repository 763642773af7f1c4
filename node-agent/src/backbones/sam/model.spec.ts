/**
 * Features and gradients of SamVisionModel (transformers 5.18.0, torch 2.13, eager attention, float32) for a model filled by the
 * recipe, and for inputs of another size features of timm 1.0.29's VisionTransformerSAM with the same weights.
 */
import * as tf from '@tensorflow/tfjs-core';
import { inputSize, type ImageSize } from '@consilium/shared/protocol';
import { BACKENDS, startBackend } from '../../engine/testing/backends.js';
import { PIXELS, unadapted, type Adaptation, type Backbone } from '../backbone.js';
import { huggingFaceSam } from '../layouts/hugging-face-sam.js';
import { recipeModel, recipeParameters, recipePixels } from '../testing/recipe.js';

const CONFIG = {
  model_type: 'sam_vision_model',
  hidden_size: 12,
  num_hidden_layers: 2,
  num_attention_heads: 2,
  mlp_dim: 24,
  image_size: 40,
  patch_size: 8,
  window_size: 3,
  global_attn_indexes: [1],
  output_channels: 8,
};
const NATIVE = { height: 40, width: 40 };

const FEATURES: readonly (readonly [ImageSize, readonly number[]])[] = [
  [NATIVE, [-0.418133, 1.386283, 0.387379, -1.296942, 0.010202, 1.612942, 0.09897, -1.294305]],
  [
    { height: 64, width: 48 },
    [-0.520348, 1.272737, 0.511079, -1.193608, -0.12863, 1.527871, 0.255095, -1.225667],
  ],
  [
    { height: 24, width: 32 },
    [-0.595323, 0.72419, 0.640176, -0.666314, -0.355313, 0.992997, 0.535047, -0.740921],
  ],
];

function build(size: ImageSize = NATIVE): Backbone {
  const geometry = huggingFaceSam.geometry({ config: CONFIG }, []);
  return recipeModel(recipeParameters(huggingFaceSam, geometry), geometry, size);
}

function difference(found: tf.Tensor, wanted: ArrayLike<number>): number {
  const values = Array.from(found.dataSync());
  expect(values).toHaveLength(wanted.length);
  return Math.max(...values.map((value, i) => Math.abs(value - (wanted[i] ?? 0))));
}

describe.each(BACKENDS)("Segment Anything's encoder on %s", (backend) => {
  beforeAll(() => startBackend(backend));

  it.each(FEATURES)('gives the features at %j', (size, wanted) => {
    const model = build(size);
    const features = model.trunk(recipePixels(size), model.blocks);
    expect(features.shape).toEqual([1, model.featureSize]);
    expect(difference(features, wanted)).toBeLessThan(1e-5);
    model.dispose();
  });

  it.each([PIXELS, 0, 1, 2])('goes on from level %i to the same features', (level) => {
    const model = build();
    const pixels = recipePixels(NATIVE, 2);
    const [rows, columns] = model.shapeAt(level);
    const entering = model.trunk(pixels, level);
    expect(entering.shape).toEqual([2 * rows, columns]);
    const wanted = model.trunk(pixels, model.blocks).dataSync();
    expect(difference(model.features(entering, level, unadapted), wanted)).toBeLessThan(1e-6);
    model.dispose();
  });

  it('leaves nothing behind in the engine', () => {
    const size = { height: 64, width: 48 };
    const pixels = recipePixels(size);
    const before = tf.memory().numTensors;
    const model = build(size);
    tf.tidy(() => {
      model.features(model.trunk(pixels, 1), 1, unadapted);
    });
    model.dispose();
    expect(tf.memory().numTensors).toBe(before);
    pixels.dispose();
  });
});

/** Sum and length of a gradient, turned as the engine holds it, which changes neither. */
const GRADIENTS: readonly (readonly [name: string, sum: number, length: number])[] = [
  ['positions', -3.878034, 0.5523404],
  ['patch.weight', -7.02311, 3.646728],
  ['patch.bias', -3.878035, 1.222716],
  ['blocks.0.norm-attention.weight', -1.641324e-4, 3.605581e-3],
  ['blocks.0.relative-rows', 0, 5.744835e-4],
  ['blocks.0.relative-columns', 0, 2.695244e-4],
  ['blocks.0.query.weight', -6.876041e-4, 3.821389e-4],
  ['blocks.0.key.weight', 1.739336e-4, 2.191294e-3],
  ['blocks.0.value.bias', -0.5827071, 0.1927012],
  ['blocks.1.relative-rows', 0, 5.573537e-4],
  ['blocks.1.relative-columns', 0, 8.593695e-4],
  ['blocks.1.mlp-up.weight', -1.841463e-2, 0.1123215],
  ['neck.first.weight', 0, 8.281927],
  ['neck.first-norm.weight', -5.561335e-2, 0.2723861],
  ['neck.second.weight', 0, 3.6597],
];

/** Trains one parameter as it is. */
function training(trained: string, variable: tf.Tensor): Adaptation {
  return {
    ...unadapted,
    parameter: (name, frozen) => (name === trained ? (variable as typeof frozen) : frozen),
  };
}

describe.each(BACKENDS)("gradients through Segment Anything's encoder on %s", (backend) => {
  let model: Backbone;

  beforeAll(async () => {
    await startBackend(backend);
    model = build();
  });
  afterAll(() => model.dispose());

  it.each(GRADIENTS)('are those of torch for %s', (name, sum, length) => {
    const frozen = model.parameters.get(name) as tf.Tensor;
    const towards = tf.tensor1d(Array.from({ length: 8 }, (_, i) => Math.sin(1 + i)));
    const pixels = tf.reshape<tf.Rank.R2>(recipePixels(NATIVE), [-1, 3]);
    const variable = tf.variable(frozen);
    const { grads } = tf.variableGrads(() => {
      const features = model.features(pixels, PIXELS, training(name, variable));
      return tf.sum(tf.mul(features, towards));
    }, [variable]);
    const gradient = grads[variable.name] as tf.Tensor;
    expect(gradient.shape).toEqual(frozen.shape);
    const found = tf.norm(gradient).dataSync()[0] as number;
    expect(Math.abs(found - length)).toBeLessThan(2e-4 * length);
    const total = tf.sum(gradient).dataSync()[0] as number;
    expect(Math.abs(total - sum)).toBeLessThan(3e-4 * length);
    variable.dispose();
  });
});

describe('an adaptation', () => {
  beforeAll(() => startBackend('cpu'));

  it('that changes nothing leaves the features as they are, whichever hooks it uses', () => {
    const model = build();
    const calls = new Set<string>();
    const adaptation: Adaptation = {
      parameter: (name, frozen) => {
        calls.add(name);
        return frozen;
      },
      linear: ({ block, target }, x, _, next) => {
        calls.add(`${block} ${target}`);
        return next(x);
      },
      sublayer: ({ block, sublayer }, { entering, output }) => {
        calls.add(`${block} ${sublayer}`);
        expect(entering.shape).toEqual([25, 12]);
        return output;
      },
      tokens: (_, x, prefix) => {
        expect(prefix).toBe(0);
        return x;
      },
      addedTokens: () => 0,
    };
    const { height, width } = inputSize(model.description.preprocessing);
    const pixels = tf.reshape<tf.Rank.R2>(recipePixels({ height, width }), [-1, 3]);
    const features = model.features(pixels, PIXELS, adaptation);
    expect(difference(features, FEATURES[0]?.[1] ?? [])).toBeLessThan(1e-5);
    expect([...model.parameters.keys()].filter((name) => !calls.has(name))).toEqual([]);
    expect(calls.size).toBe(model.parameters.size + 2 * (6 + 2));
    model.dispose();
  });

  it('that adds tokens is refused', () => {
    const model = build();
    const entering = model.trunk(recipePixels(NATIVE), 0);
    const adding: Adaptation = {
      ...unadapted,
      tokens: (_, x) => tf.concat([tf.zeros<tf.Rank.R3>([x.shape[0], 3, x.shape[2]]), x], 1),
      addedTokens: () => 3,
    };
    expect(() => model.features(entering, 0, adding)).toThrow(
      expect.objectContaining({
        code: 'bad-tensor-schema',
        message: expect.stringContaining('adds 3 tokens') as string,
      }) as Error,
    );
    model.dispose();
  });
});

it('refuses pictures smaller than a patch', async () => {
  await startBackend('cpu');
  expect(() => build({ height: 7, width: 40 })).toThrow(/7 x 40 pixels are smaller than a patch/);
});
