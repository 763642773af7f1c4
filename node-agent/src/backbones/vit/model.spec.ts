/**
 * What transformers 5.18.0 (torch 2.13, eager attention, float32) computes for models filled by the recipe: two blocks, hidden
 * size 12, two heads, mlp 24, pictures of 32 pixels, patches of 8, all else the library's defaults.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { ImageSize, VitGeometry } from '@consilium/shared/protocol';
import { BACKENDS, startBackend } from '../../engine/testing/backends.js';
import { huggingFaceClip } from '../layouts/hugging-face-clip.js';
import { huggingFaceDinov2 } from '../layouts/hugging-face-dinov2.js';
import { huggingFaceDinov2WithRegisters } from '../layouts/hugging-face-dinov2-with-registers.js';
import { huggingFaceDinov3 } from '../layouts/hugging-face-dinov3.js';
import { huggingFaceSiglip } from '../layouts/hugging-face-siglip.js';
import { huggingFaceVit } from '../layouts/hugging-face-vit.js';
import { huggingFaceVitMae } from '../layouts/hugging-face-vit-mae.js';
import type { Layout, TensorHeading } from '../layouts/layout.js';
import { lastTokens } from '../testing/last-tokens.js';
import { recipeModel, recipeParameters, recipePixels } from '../testing/recipe.js';

const COMMON = {
  hidden_size: 12,
  num_hidden_layers: 2,
  num_attention_heads: 2,
  image_size: 32,
  patch_size: 8,
};

interface Model {
  readonly layout: Layout;
  readonly config: object;
  /** Tensors of the file that the layout ignores. */
  readonly others?: readonly string[];
  /** Tensors whose presence says what the model has. */
  readonly present?: readonly TensorHeading[];
}

const MASK = ['embeddings.mask_token'];

const VIT: Model = {
  layout: huggingFaceVit,
  config: { ...COMMON, model_type: 'vit', intermediate_size: 24 },
  others: ['pooler.dense.weight', 'pooler.dense.bias'],
};
const DINOV2: Model = {
  layout: huggingFaceDinov2,
  config: { ...COMMON, model_type: 'dinov2', mlp_ratio: 2 },
  others: MASK,
};
const DINOV2_GATED: Model = {
  ...DINOV2,
  config: { ...COMMON, model_type: 'dinov2', mlp_ratio: 4, use_swiglu_ffn: true },
};
const REGISTERS: Model = {
  layout: huggingFaceDinov2WithRegisters,
  config: {
    ...COMMON,
    model_type: 'dinov2_with_registers',
    mlp_ratio: 2,
    num_register_tokens: 3,
  },
  others: MASK,
};
const CLIP: Model = {
  layout: huggingFaceClip,
  config: {
    ...COMMON,
    model_type: 'clip_vision_model',
    intermediate_size: 24,
    projection_dim: 6,
  },
  present: [{ name: 'visual_projection.weight', shape: [6, 12] }],
};
const SIGLIP: Model = {
  layout: huggingFaceSiglip,
  config: { ...COMMON, model_type: 'siglip_vision_model', intermediate_size: 24 },
  present: [{ name: 'head.probe', shape: [1, 1, 12] }],
};
const DINOV3: Model = {
  layout: huggingFaceDinov3,
  config: {
    ...COMMON,
    model_type: 'dinov3_vit',
    hidden_size: 16,
    intermediate_size: 24,
    num_register_tokens: 3,
  },
  others: MASK,
};
/** With mask_ratio 0; 24 tensors of the decoder stand before the encoder's. */
const MAE: Model = {
  layout: huggingFaceVitMae,
  config: { ...COMMON, model_type: 'vit_mae', intermediate_size: 24 },
  others: Array.from({ length: 24 }, (_, i) => `decoder.${i}`),
};

const square = { height: 32, width: 32 };
const tall = { height: 48, width: 40 };

interface Expected {
  readonly title: string;
  readonly model: Model;
  readonly size: ImageSize;
  /** The first four numbers of the first token and of the last, and the sum over all tokens. */
  readonly first: readonly number[];
  readonly last?: readonly number[];
  readonly sum: number;
  /** The model's own feature, where it is not the first token. */
  readonly feature?: readonly number[];
}

const CASES: readonly Expected[] = [
  {
    title: 'vit',
    model: VIT,
    size: square,
    first: [0.883855, -0.01931, -1.365064, -0.476048],
    last: [-0.874564, 1.182313, -0.125145, -1.210139],
    sum: 33.92544,
  },
  {
    title: 'vit at another size',
    model: VIT,
    size: tall,
    first: [0.84643, -0.000057, -1.352229, -0.494468],
    last: [1.773655, -0.781881, -0.777417, 1.339024],
    sum: 60.54553,
  },
  {
    title: 'dinov2',
    model: DINOV2,
    size: square,
    first: [0.566554, -1.384377, -0.088916, -0.309719],
    last: [-0.560422, 0.147545, -0.2433, -0.708226],
    sum: -26.34451,
  },
  {
    title: 'dinov2 at another size',
    model: DINOV2,
    size: tall,
    first: [0.563988, -1.39521, -0.056035, -0.340097],
    last: [1.233418, -1.549362, -0.132696, 0.558366],
    sum: -48.36262,
  },
  {
    title: 'dinov2, gated',
    model: DINOV2_GATED,
    size: square,
    first: [0.200711, -0.978191, -0.93938, 0.324736],
    last: [-0.872641, 0.539103, -0.644642, -0.470404],
    sum: -26.55332,
  },
  {
    title: 'dinov2 with registers',
    model: REGISTERS,
    size: square,
    first: [0.176448, -1.417887, 0.126228, -0.224222],
    last: [-0.75717, 0.079997, -0.151795, -0.683515],
    sum: -40.93083,
  },
  {
    title: 'dinov2 with registers, larger',
    model: REGISTERS,
    size: tall,
    first: [0.174345, -1.421098, 0.152426, -0.258342],
    last: [0.996661, -1.537554, -0.091146, 0.50905],
    sum: -69.21533,
  },
  {
    title: 'dinov2 with registers, smaller',
    model: REGISTERS,
    size: { height: 16, width: 24 },
    first: [0.17591, -1.417473, 0.124122, -0.219227],
    last: [-1.031702, 0.8702, -0.32214, -0.709565],
    sum: -20.41484,
  },
  {
    title: 'clip',
    model: CLIP,
    size: square,
    first: [-0.969606, 0.361677, 0.664141, -0.254069],
    last: [-1.404595, 0.803703, 1.330104, -2.878352],
    sum: -49.01484,
    feature: [0.448849, -0.456056, -0.675213, 0.120914, 0.735228, 0.244017],
  },
  {
    title: 'siglip',
    model: SIGLIP,
    size: square,
    first: [0.179605, 0.675499, -1.037553, -0.063821],
    last: [-0.930089, 0.417838, 0.796445, -1.804983],
    sum: -17.35079,
    feature: [0.034685, 0.1685, 0.502847, -0.409639],
  },
  {
    title: 'dinov3',
    model: DINOV3,
    size: square,
    first: [1.420909, -0.335929, -0.609826, 0.094414],
    last: [-0.267271, 1.072911, -0.618853, -0.606752],
    sum: -12.71687,
  },
  {
    title: 'the encoder of vit_mae', // which shuffles its patches
    model: MAE,
    size: square,
    first: [-0.510736, 0.697115, -0.991355, -0.583063],
    sum: -37.0757,
  },
];

const TOLERANCE = 2e-5;
const SUM_TOLERANCE = 2e-3;

function expectNumbers(found: Float32Array, wanted: readonly number[]): void {
  const differences = wanted.map((value, i) => Math.abs(value - (found[i] ?? NaN)));
  expect(Math.max(...differences)).toBeLessThan(TOLERANCE);
}

describe.each(BACKENDS)('the numbers of transformers on %s', (backend) => {
  beforeAll(() => startBackend(backend));

  it.each(CASES)('$title', ({ model, size, first, last, sum, feature }) => {
    const { layout, config, others, present = [] } = model;
    const geometry = layout.geometry({ config }, present) as VitGeometry;
    const parameters = recipeParameters(layout, geometry, others);
    const pixels = recipePixels(size);

    const whole = recipeModel(parameters, { ...geometry, pool: 'mean' }, size);
    const tokens = lastTokens(whole, pixels).dataSync<'float32'>();
    whole.dispose();
    expectNumbers(tokens, first);
    expectNumbers(tokens.slice(-geometry.hiddenSize), last ?? []);
    const total = tokens.reduce((all, value) => all + value, 0);
    expect(Math.abs(total - sum)).toBeLessThan(SUM_TOLERANCE);

    const own = recipeModel(parameters, geometry, size);
    const found = own.trunk(pixels, own.blocks);
    expect(found.shape).toEqual([1, own.featureSize]);
    expectNumbers(found.dataSync<'float32'>(), feature ?? first);
    own.dispose();
    tf.dispose([pixels, found]);
  });
});
