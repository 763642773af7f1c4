/** Checkpoints without config.json: the tensors' names and shapes alone say what they are. */
import type { TensorHeading } from './layout.js';
import { recogniseLayout } from './match-layout.js';
import { originalDino } from './original-dino.js';
import { retfound } from './retfound.js';

/** The headings of a small encoder, of which the first block says what all are like. */
function encoder(width: number, own: Readonly<Record<string, readonly number[]>>): TensorHeading[] {
  const shapes: Readonly<Record<string, readonly number[]>> = {
    cls_token: [1, 1, width],
    pos_embed: [1, 197, width],
    'patch_embed.proj.weight': [width, 3, 16, 16],
    'patch_embed.proj.bias': [width],
    'blocks.0.norm1.weight': [width],
    'blocks.0.mlp.fc1.weight': [4 * width, width],
    'blocks.0.mlp.fc2.weight': [width, 4 * width],
    ...own,
  };
  return Object.entries(shapes).map(([name, shape]) => ({ name, shape }));
}

const under = (prefix: string, tensors: readonly TensorHeading[]) =>
  tensors.map(({ name, shape }) => ({ name: `${prefix}${name}`, shape }));

describe('a checkpoint without config.json', () => {
  it.each([
    ['a DINO', { 'norm.weight': [768], 'head.mlp.0.weight': [8, 768] }, originalDino],
    ['a DINOv2', { 'norm.weight': [768], 'blocks.0.ls1.gamma': [768] }, originalDino],
    [
      'a masked autoencoder',
      { 'norm.weight': [768], 'decoder_embed.weight': [512, 768] },
      retfound,
    ],
    ['a fine-tuned RETFound', { 'fc_norm.weight': [768], 'head.weight': [5, 768] }, retfound],
  ])('is told by its tensors: %s', (_, own, layout) => {
    const tensors = encoder(768, own);
    expect(recogniseLayout({}, tensors)).toBe(layout);
    expect(recogniseLayout({}, under('module.', tensors))).toBe(layout);
  });

  it('is not taken for one of these where a config.json says otherwise', () => {
    const tensors = encoder(768, { 'blocks.0.attn.qkv.weight': [2304, 768] });
    expect(() => recogniseLayout({ config: { model_type: 'beit' } }, tensors)).toThrow(
      'no supported layout fits: config.json describes beit, and the tensors look like a VisionTransformer of timm',
    );
    expect(() => recogniseLayout({ config: {} }, tensors)).toThrow(
      'config.json names neither model_type nor architecture',
    );
  });

  it('that is something else is told for what it is', () => {
    const resnet = [{ name: 'layer4.0.conv1.weight', shape: [512, 512, 3, 3] }];
    expect(() => recogniseLayout({}, resnet)).toThrow(
      'there is no config.json, and the tensors look like a ResNet, which is not supported',
    );
    expect(() => recogniseLayout({ openClipConfig: {} }, [])).toThrow(
      'there is open_clip_config.json, and the tensors look like nothing known',
    );
  });
});

describe('heads that no file mentions', () => {
  it('are 64 wide in DINO', () => {
    const wide = (width: number) => originalDino.geometry({}, encoder(width, { norm: [width] }));
    expect([384, 768, 1024, 1536].map((width) => wide(width).heads)).toEqual([6, 12, 16, 24]);
    expect(() => wide(100)).toThrow(/a width of 100, which is no multiple of 64/);
  });

  it('are 80 wide in the largest masked autoencoder', () => {
    const wide = (width: number) => retfound.geometry({}, encoder(width, { norm: [width] }));
    expect([768, 1024, 1280].map((width) => wide(width).heads)).toEqual([12, 16, 16]);
    expect(() => wide(100)).toThrow(/a width of 100, which is no multiple of 64/);
  });
});

it('the mean of patches is normalised plainly where a file has no fc_norm', () => {
  const read = (own: Parameters<typeof encoder>[1]) => retfound.geometry({}, encoder(768, own));
  expect(read({ 'norm.weight': [768] })).toMatchObject({ pool: 'mean', finalNorm: 'pooled-plain' });
  expect(read({ 'fc_norm.weight': [768] })).toMatchObject({ pool: 'mean', finalNorm: 'pooled' });
});

it('registers of DINOv2 go with antialiased positions, others with an offset', () => {
  const registers = { register_tokens: [1, 4, 384] };
  expect(originalDino.geometry({}, encoder(384, registers))).toMatchObject({
    registers: 4,
    positions: { covers: 'class-and-patches', interpolation: 'bicubic-antialiased' },
  });
  expect(originalDino.geometry({}, encoder(384, {}))).toMatchObject({
    registers: 0,
    positions: { interpolation: 'bicubic-offset' },
  });
});
