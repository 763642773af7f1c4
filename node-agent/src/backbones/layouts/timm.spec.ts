import { decodeFloat } from '@consilium/shared/encoding';
import type { ModelFiles, TensorHeading } from './layout.js';
import { TIMM_ARCHITECTURES } from './timm-architectures.js';
import { timm } from './timm.js';

interface Sizes {
  readonly width: number;
  readonly depth: number;
  readonly patch: number;
  readonly rows: number;
  readonly hidden: number;
  readonly gated?: boolean;
  readonly registers?: number;
  readonly scaled?: boolean;
}

/** The headings of a checkpoint as published, of which the first block says what all are like. */
function checkpoint(sizes: Sizes): TensorHeading[] {
  const { width, depth, patch, rows, hidden, gated = false, registers = 0 } = sizes;
  const shapes: Readonly<Record<string, readonly number[]>> = {
    cls_token: [1, 1, width],
    ...(registers > 0 ? { reg_token: [1, registers, width] } : {}),
    pos_embed: [1, rows, width],
    'patch_embed.proj.weight': [width, 3, patch, patch],
    'patch_embed.proj.bias': [width],
    'norm.weight': [width],
    'blocks.0.attn.qkv.bias': [3 * width],
    'blocks.0.attn.proj.bias': [width],
    'blocks.0.mlp.fc1.weight': [gated ? 2 * hidden : hidden, width],
    'blocks.0.mlp.fc2.weight': [width, hidden],
    'blocks.0.mlp.fc2.bias': [width],
    ...(sizes.scaled === false ? {} : { 'blocks.0.ls1.gamma': [width] }),
    ...Object.fromEntries(
      Array.from({ length: depth }, (_, i) => [`blocks.${i}.norm1.weight`, [width]]),
    ),
  };
  return Object.entries(shapes).map(([name, shape]) => ({ name, shape }));
}

const geometryOf = (config: ModelFiles['config'], sizes: Sizes) =>
  timm.geometry({ config }, checkpoint(sizes));

const UNI = { width: 1024, depth: 24, patch: 16, rows: 197, hidden: 4096 };
const VIRCHOW = { width: 1280, depth: 32, patch: 14, rows: 257, hidden: 3416, gated: true };

describe('published models of timm', () => {
  it('UNI: layer scale, which its config.json does not mention, is in the tensors', () => {
    const config = { architecture: 'vit_large_patch16_224', num_features: 1024 };
    expect(geometryOf(config, UNI)).toMatchObject({
      ...{ heads: 16, layerScale: true, imageSize: 224, activation: 'gelu', pool: 'class' },
      positions: { covers: 'class-and-patches', interpolation: 'bicubic-antialiased' },
      finalNorm: 'tokens',
    });
  });

  it('Virchow: a packed SwiGLU, whose config.json cannot name its Python class', () => {
    const config = {
      architecture: 'vit_huge_patch14_224',
      global_pool: '',
      model_args: { img_size: 224, init_values: 1e-5, mlp_ratio: 5.3375, global_pool: '' },
    };
    expect(geometryOf(config, VIRCHOW)).toMatchObject({
      ...{ heads: 16, feedForward: 'swiglu', mlpSize: 3416, activation: 'silu', pool: 'class' },
    });
  });

  it('Virchow2: registers with places in the table', () => {
    const config = {
      architecture: 'vit_huge_patch14_224',
      model_args: { reg_tokens: 4, mlp_ratio: 5.3375, global_pool: '' },
    };
    expect(geometryOf(config, { ...VIRCHOW, registers: 4, rows: 261 })).toMatchObject({
      registers: 4,
      imageSize: 224,
      positions: { covers: 'all' },
    });
  });

  it('H-optimus: registers without places', () => {
    const config = { architecture: 'vit_giant_patch14_reg4_dinov2', num_features: 1536 };
    const sizes = { width: 1536, depth: 40, patch: 14, rows: 256, hidden: 4096 };
    expect(geometryOf(config, { ...sizes, gated: true, registers: 4 })).toMatchObject({
      heads: 24,
      imageSize: 224,
      positions: { covers: 'patches' },
    });
  });

  it('UNI2-h: another size than its name says, by model_args', () => {
    const config = {
      architecture: 'vit_giant_patch14_224',
      num_features: 1536,
      model_args: {
        ...{ depth: 24, num_heads: 24, embed_dim: 1536, mlp_ratio: 5.33334 },
        ...{ no_embed_class: true, reg_tokens: 8, act_layer: 'torch.nn.SiLU' },
      },
    };
    const sizes = { width: 1536, depth: 24, patch: 14, rows: 256, hidden: 4096 };
    expect(geometryOf(config, { ...sizes, gated: true, registers: 8 })).toMatchObject({
      ...{ heads: 24, layers: 24, registers: 8, activation: 'silu' },
      positions: { covers: 'patches' },
    });
  });
});

describe('a config.json of timm', () => {
  it('may give its own norm and activation', () => {
    const config = {
      architecture: 'vit_large_patch14_clip_quickgelu_224.openai',
      model_args: { norm_layer: 'layernorm', act_layer: 'gelu_tanh', patch_size: 16 },
    };
    const geometry = geometryOf(config, UNI);
    expect(geometry).toMatchObject({ activation: 'gelu-tanh' });
    expect(decodeFloat(geometry.layerNormEps)).toBe(1e-6);
    const plain = geometryOf(
      { architecture: 'vit_large_patch14_clip_quickgelu_224' },
      { ...UNI, patch: 14 },
    );
    expect(plain).toMatchObject({ activation: 'quick-gelu' });
    expect(decodeFloat(plain.layerNormEps)).toBe(1e-5);
  });

  it('may name an architecture of its own with the number of heads', () => {
    const config = { architecture: 'vit_of_ours', model_args: { num_heads: 8 } };
    expect(geometryOf(config, UNI)).toMatchObject({ heads: 8, activation: 'gelu', pool: 'class' });
  });

  it.each([
    [{ architecture: 'resnet50' }, /architecture: resnet50 is none of the \d+ vision transformers/],
    [
      { architecture: 'vit_base_patch16_224' },
      /vit_base_patch16_224 with its model_args means embed_dim 768 where the tensors have 1024, depth 12 where the tensors have 24/,
    ],
    [{ architecture: 'vit_large_patch14_224' }, /patch_size 14 where the tensors have 16/],
    [{ model_args: { reg_tokens: 4 } }, /reg_tokens 4 where the tensors have 0/],
    [{ model_args: { mlp_ratio: 3 } }, /mlp width 3072 where the tensors have 4096/],
    [{ model_args: { num_heads: 7 } }, /num_heads: 7 do not divide a width of 1024/],
    [{ model_args: { act_layer: 'relu' } }, /act_layer: relu is none of gelu/],
    [{ model_args: { norm_layer: 'rmsnorm' } }, /model_args.norm_layer: expected 'layernorm'/],
    [{ model_args: { global_pool: 'avgmax' } }, /model_args.global_pool: expected 'token'/],
    [{ model_args: { global_pool: 'map' } }, /the weights hold no attn_pool.mlp.fc1.weight/],
    [{ model_args: { block_fn: 'ParallelScalingBlock' } }, /another kind of block/],
    [{ model_args: { pool_include_prefix: true } }, /pool that includes class token/],
    [{ model_args: { in_chans: 1 } }, /in_chans: expected 3/],
  ])('is refused: %j', (change, message) => {
    const config = { architecture: 'vit_large_patch16_224', ...change };
    expect(() => geometryOf(config, UNI)).toThrow(message);
  });

  it('is refused beside a position table that makes no square, or none', () => {
    const config = { architecture: 'vit_large_patch16_224' };
    expect(() => geometryOf(config, { ...UNI, rows: 200 })).toThrow(
      /pos_embed has 200 rows; .* no square grid/,
    );
    const others = checkpoint(UNI).filter(({ name }) => name !== 'pos_embed');
    expect(() => timm.geometry({ config }, others)).toThrow(/tensor pos_embed is missing/);
    expect(() => timm.geometry({ config }, [])).toThrow(/hold no patch_embed.proj.weight/);
  });
});

it('every name in the table of architectures gives heads that divide the width', () => {
  expect(TIMM_ARCHITECTURES.size).toBeGreaterThan(120);
  for (const { width, heads } of TIMM_ARCHITECTURES.values()) {
    expect(width % heads).toBe(0);
  }
});
