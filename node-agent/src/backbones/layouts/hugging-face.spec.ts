/** The layouts of transformers: checkpoints that it wrote give what it computes; its configuration files, with all that is refused. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeFloat } from '@consilium/shared/encoding';
import type { ImageSize, VitGeometry } from '@consilium/shared/protocol';
import { BACKENDS, startBackend } from '../../engine/testing/backends.js';
import { openBackbone } from '../open-backbone.js';
import { readBackbone } from '../read-backbone.js';
import { lastTokens } from '../testing/last-tokens.js';
import { recipePixels } from '../testing/recipe.js';
import { huggingFaceClip } from './hugging-face-clip.js';
import { huggingFaceDinov2WithRegisters } from './hugging-face-dinov2-with-registers.js';
import { huggingFaceDinov2 } from './hugging-face-dinov2.js';
import { huggingFaceDinov3 } from './hugging-face-dinov3.js';
import { huggingFaceSiglip } from './hugging-face-siglip.js';
import { huggingFaceVitMae } from './hugging-face-vit-mae.js';
import { huggingFaceVit } from './hugging-face-vit.js';
import type { Layout } from './layout.js';

const VECTORS = join(__dirname, '../../../../tests/interop/vectors');

const FOLDERS: readonly (readonly [folder: string, layout: Layout])[] = [
  ['vit', huggingFaceVit],
  ['vit-classifier', huggingFaceVit],
  ['vit-mae', huggingFaceVitMae],
  ['dinov2', huggingFaceDinov2],
  ['dinov2-swiglu', huggingFaceDinov2],
  ['dinov2-registers', huggingFaceDinov2WithRegisters],
  ['dinov3', huggingFaceDinov3],
  ['dinov3-gated', huggingFaceDinov3],
  ['clip', huggingFaceClip],
  ['clip-two-towers', huggingFaceClip],
  ['siglip', huggingFaceSiglip],
  ['siglip-two-towers', huggingFaceSiglip],
];

interface Case extends ImageSize {
  readonly feature: readonly number[];
  readonly tokens: readonly number[];
}

function casesOf(folder: string): readonly Case[] {
  const text = readFileSync(join(VECTORS, folder, 'expected.json'), 'utf8');
  return (JSON.parse(text) as { cases: readonly Case[] }).cases;
}

async function open(folder: string, size: ImageSize, change: Partial<VitGeometry> = {}) {
  const { geometry, preprocessing } = await readBackbone(folder);
  const { resample, resizes, rescale, mean, std } = preprocessing;
  return openBackbone(folder, {
    geometry: { ...(geometry as VitGeometry), ...change },
    preprocessing: { resample, resizes, rescale, mean, std, resize: { kind: 'exact', ...size } },
  });
}

/** The largest difference as a part of the largest number that is expected. */
function difference(found: ArrayLike<number>, wanted: readonly number[]): number {
  expect(found).toHaveLength(wanted.length);
  const differences = wanted.map((value, i) => Math.abs(value - (found[i] ?? NaN)));
  return Math.max(...differences) / Math.max(...wanted.map(Math.abs));
}

/** The vectors have seven digits. */
const TOLERANCE = 4e-6;

describe.each(BACKENDS)('checkpoints of transformers on %s', (backend) => {
  beforeAll(() => startBackend(backend));

  it.each(FOLDERS)('%s', async (name, layout) => {
    const folder = join(VECTORS, name);
    expect((await readBackbone(folder)).layout).toBe(layout);
    for (const { height, width, feature, tokens } of casesOf(name)) {
      const pixels = recipePixels({ height, width });
      const own = await open(folder, { height, width });
      const found = own.trunk(pixels, own.blocks).dataSync();
      expect(difference(found, feature)).toBeLessThan(TOLERANCE);
      own.dispose();
      const whole = await open(folder, { height, width }, { pool: 'mean' });
      expect(difference(lastTokens(whole, pixels).dataSync(), tokens)).toBeLessThan(TOLERANCE);
      whole.dispose();
    }
  });
});

const PROJECTION = [{ name: 'visual_projection.weight', shape: [512, 768] }];
const HEAD = [{ name: 'vision_model.head.probe', shape: [1, 1, 768] }];

function geometryOf(layout: Layout, config: object, tensors = PROJECTION): VitGeometry {
  return layout.geometry({ config }, tensors) as VitGeometry;
}

describe('a configuration without sizes', () => {
  it.each([
    {
      layout: huggingFaceVit,
      config: { model_type: 'vit' },
      epsilon: 1e-12,
      patchSize: 16,
      activation: 'gelu',
    },
    {
      layout: huggingFaceVitMae,
      config: { model_type: 'vit_mae' },
      epsilon: 1e-12,
      patchSize: 16,
      activation: 'gelu',
    },
    {
      layout: huggingFaceDinov2,
      config: { model_type: 'dinov2' },
      epsilon: 1e-6,
      patchSize: 14,
      activation: 'gelu',
    },
    {
      layout: huggingFaceDinov2WithRegisters,
      config: { model_type: 'dinov2_with_registers' },
      epsilon: 1e-6,
      patchSize: 16,
      activation: 'gelu',
    },
    {
      layout: huggingFaceClip,
      config: { model_type: 'clip_vision_model' },
      epsilon: 1e-5,
      patchSize: 32,
      activation: 'quick-gelu',
    },
    {
      layout: huggingFaceClip,
      config: { model_type: 'clip', vision_config: {} },
      epsilon: 1e-5,
      patchSize: 32,
      activation: 'quick-gelu',
    },
    {
      layout: huggingFaceSiglip,
      config: { model_type: 'siglip_vision_model' },
      epsilon: 1e-6,
      patchSize: 16,
      activation: 'gelu-tanh',
    },
    {
      layout: huggingFaceSiglip,
      config: { model_type: 'siglip', vision_config: {} },
      epsilon: 1e-6,
      patchSize: 16,
      activation: 'gelu-tanh',
    },
  ] as const)(
    'of $config.model_type is the base model',
    ({ layout, config, epsilon, patchSize, activation }) => {
      const geometry = geometryOf(layout, config, HEAD);
      expect(geometry).toMatchObject({
        ...{ hiddenSize: 768, layers: 12, heads: 12, mlpSize: 3072 },
        ...{ imageSize: 224, patchSize, activation },
      });
      expect(decodeFloat(geometry.layerNormEps)).toBe(epsilon);
      expect(layout.recognises({ config }, [])).toBe(true);
    },
  );

  it('of dinov3 is its small model, whose keys have no bias', () => {
    expect(geometryOf(huggingFaceDinov3, { model_type: 'dinov3_vit' })).toMatchObject({
      ...{ hiddenSize: 384, layers: 12, heads: 6, mlpSize: 1536, registers: 0 },
      biases: { query: true, key: false, value: true, attentionOutput: true, mlp: true },
    });
  });
});

describe('configurations of published models', () => {
  it('the gated layers of dinov2-giant are 4096 wide', () => {
    const config = {
      ...{ model_type: 'dinov2', hidden_size: 1536, num_hidden_layers: 40 },
      ...{ num_attention_heads: 24, mlp_ratio: 4, use_swiglu_ffn: true, image_size: 518 },
    };
    expect(geometryOf(huggingFaceDinov2, config)).toMatchObject({
      ...{ feedForward: 'swiglu', mlpSize: 4096, activation: 'silu', layerScale: true },
    });
  });

  it('the picture of siglip-so400m leaves pixels over, which no patch covers', () => {
    const vision_config = {
      ...{ hidden_size: 1152, intermediate_size: 4304, num_hidden_layers: 27 },
      ...{ num_attention_heads: 16, image_size: 384, patch_size: 14 },
    };
    const geometry = geometryOf(huggingFaceSiglip, { model_type: 'siglip', vision_config }, HEAD);
    const places = huggingFaceSiglip.places(geometry);
    expect(places.find(({ name }) => name === 'positions')?.shape).toEqual([27 * 27, 1152]);
    expect(places.find(({ name }) => name === 'pool.value.bias')).toMatchObject({
      tensor: { name: 'head.attention.in_proj_bias', shape: [3 * 1152] },
      part: { index: 2, parts: 3 },
    });
  });

  it('clip is projected where the file has the projection, to the width of both towers', () => {
    const config = { model_type: 'clip', vision_config: { projection_dim: 7 }, projection_dim: 9 };
    expect(geometryOf(huggingFaceClip, config).projectionSize).toBe(9);
    expect(geometryOf(huggingFaceClip, config, [])).not.toHaveProperty('projectionSize');
  });

  it('siglip without a head gives the mean of its patches', () => {
    const geometry = geometryOf(huggingFaceSiglip, { model_type: 'siglip_vision_model' }, []);
    expect(geometry).toMatchObject({ pool: 'mean', classToken: false });
    expect(geometry).not.toHaveProperty('attentionPoolMlpSize');
  });
});

const REFUSED: readonly (readonly [layout: Layout, config: object, message: RegExp])[] = [
  [huggingFaceVit, { model_type: 'vit', hidden_size: 0 }, /config.json: hidden_size/],
  [huggingFaceVit, { model_type: 'vit', hidden_act: 'relu' }, /hidden_act: expected one of gelu/],
  [huggingFaceVit, { model_type: 'vit', num_attention_heads: 7 }, /hidden_size: 768 is not a/],
  [huggingFaceVit, { model_type: 'vit', image_size: [224, 112] }, /image_size: expected a square/],
  [huggingFaceVit, { model_type: 'vit', image_size: 8 }, /image_size: 8 is smaller/],
  [huggingFaceVit, { model_type: 'vit', num_channels: 1 }, /num_channels: expected 3/],
  [huggingFaceVit, { model_type: 'vit', layer_norm_eps: -1 }, /layer_norm_eps/],
  [huggingFaceVit, { model_type: 'vit', qkv_bias: 'yes' }, /qkv_bias/],
  [huggingFaceDinov2, { model_type: 'dinov2', mlp_ratio: 0 }, /mlp_ratio/],
  [
    huggingFaceDinov2WithRegisters,
    { model_type: 'dinov2_with_registers', num_register_tokens: -1 },
    /num_register_tokens/,
  ],
  [huggingFaceDinov3, { model_type: 'dinov3_vit', rope_theta: 0 }, /rope_theta/],
  [
    huggingFaceDinov3,
    { model_type: 'dinov3_vit', num_attention_heads: 64 },
    /hidden_size: 384 is not a multiple of 4 x num_attention_heads, 64/,
  ],
  [huggingFaceClip, { model_type: 'clip_vision_model', projection_dim: 0 }, /projection_dim/],
  [
    huggingFaceClip,
    { model_type: 'clip', vision_config: { hidden_act: 'relu' } },
    /vision_config.hidden_act: expected one of/,
  ],
  [huggingFaceClip, { model_type: 'clip' }, /vision_config/],
  [huggingFaceSiglip, { model_type: 'siglip', vision_config: { patch_size: 0 } }, /patch_size/],
];

describe('a configuration is refused, naming the key', () => {
  it.each(
    REFUSED.map(([layout, config, message]) => ({ layout, config, message, title: layout.title })),
  )('$title $config', ({ layout, config, message }) => {
    expect(() => geometryOf(layout, config)).toThrow(message);
  });
});
