import type { ModelFiles, TensorHeading } from './layout.js';
import { openClipTimm } from './open-clip-timm.js';
import { openClip } from './open-clip.js';

const VISION = { layers: 12, width: 768, patch_size: 32, image_size: 224 };

/** The headings of a ViT-B/32 whose first block says what all are like. */
const TOWER: readonly TensorHeading[] = [
  { name: 'visual.conv1.weight', shape: [768, 3, 32, 32] },
  { name: 'visual.class_embedding', shape: [768] },
  { name: 'visual.positional_embedding', shape: [50, 768] },
  { name: 'visual.ln_pre.weight', shape: [768] },
  { name: 'visual.proj', shape: [768, 512] },
  { name: 'visual.transformer.resblocks.0.ln_1.weight', shape: [768] },
  { name: 'visual.transformer.resblocks.0.mlp.c_fc.weight', shape: [3072, 768] },
  { name: 'visual.transformer.resblocks.1.ln_1.weight', shape: [768] },
];

const model = (vision: object, more: object = {}): ModelFiles => ({
  openClipConfig: { model_cfg: { embed_dim: 512, vision_cfg: { ...VISION, ...vision }, ...more } },
});

describe('CLIP of open_clip', () => {
  it('takes the exact gelu unless the file asks for the quick one', () => {
    expect(openClip.geometry(model({}), TOWER)).toMatchObject({
      ...{ activation: 'gelu', heads: 12, layers: 2, imageSize: 224, projectionSize: 512 },
      ...{ preNorm: true, patchBias: false, pool: 'class', finalNorm: 'tokens' },
    });
    expect(openClip.geometry(model({}, { quick_gelu: true }), TOWER)).toMatchObject({
      activation: 'quick-gelu',
    });
  });

  it('without any file is the model of OpenAI', () => {
    expect(openClip.geometry({}, TOWER)).toMatchObject({ activation: 'quick-gelu', heads: 12 });
  });

  it('has its projection turned', () => {
    const geometry = openClip.geometry({}, TOWER);
    const projection = openClip.places(geometry).find(({ name }) => name === 'projection.weight');
    expect(projection).toEqual({
      name: 'projection.weight',
      shape: [512, 768],
      tensor: { name: 'visual.proj', shape: [768, 512] },
      transposed: true,
    });
  });

  it.each([
    [
      { width: 1024 },
      /vision_cfg has width 1024 and patch_size 32 where the tensors have 768 and 32/,
    ],
    [{ layers: [3, 4, 6, 3] }, /vision_cfg.layers describes a ResNet/],
    [{ head_width: 50 }, /heads of 50 do not fill a width of 768/],
    [{ attentional_pool: true }, /attentional_pool: an attentional pooler is not supported/],
    [{ pool_type: 'none' }, /pool_type: expected 'tok' or 'avg'/],
    [{ qk_norm: true }, /qk_norm/],
  ])('is refused with %j', (vision, message) => {
    expect(() => openClip.geometry(model(vision), TOWER)).toThrow(message);
  });

  it('is refused with a table that makes no square', () => {
    const tower = TOWER.filter(({ name }) => name !== 'visual.positional_embedding');
    expect(() => openClip.geometry({}, tower)).toThrow(/visual.positional_embedding has 0 rows/);
  });
});

describe('open_clip around a model of timm', () => {
  const trunk = TOWER.map(({ name, shape }) => ({
    name: name.replace('visual.', 'visual.trunk.'),
    shape,
  }));

  it.each([
    [{}, /timm_model_name is missing/],
    [{ timm_model_name: 'vit_base_patch16_224' }, /no vision transformer of timm/],
    [
      { timm_model_name: 'vit_base_patch16_224', timm_proj: 'mlp' },
      /timm_proj: expected 'linear' or 'none'/,
    ],
    [{ timm_model_name: 'resnet50', timm_pool: 'abs_attn' }, /timm_pool: expected/],
  ])('is refused with %j', (vision, message) => {
    expect(() => openClipTimm.geometry(model(vision), trunk)).toThrow(message);
  });
});
