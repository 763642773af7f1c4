import { decodeFloat } from '@consilium/shared/encoding';
import { backboneParameters, type SamGeometry } from '@consilium/shared/protocol';
import { huggingFaceSam } from './hugging-face-sam.js';
import type { Layout, TensorHeading } from './layout.js';
import { originalSam } from './original-sam.js';

const VISION = {
  model_type: 'sam_vision_model',
  hidden_size: 12,
  num_hidden_layers: 3,
  num_attention_heads: 2,
  image_size: 40,
  patch_size: 8,
  window_size: 3,
  global_attn_indexes: [1],
  output_channels: 8,
  mlp_dim: 24,
};
const geometry = huggingFaceSam.geometry({ config: VISION }, []) as SamGeometry;

/** Every tensor of a file of this layout. */
function headings(layout: Layout, prefix: string): TensorHeading[] {
  const byName = new Map(layout.places(geometry).map(({ tensor }) => [tensor.name, tensor.shape]));
  return [...byName].map(([name, shape]) => ({ name: `${prefix}${name}`, shape }));
}

describe('the layout of transformers', () => {
  it('has the defaults of SamVisionConfig', () => {
    const base = huggingFaceSam.geometry({ config: { model_type: 'sam' } }, []) as SamGeometry;
    expect(base).toMatchObject({
      hiddenSize: 768,
      layers: 12,
      heads: 12,
      mlpSize: 3072,
      imageSize: 1024,
      patchSize: 16,
      windowSize: 14,
      globalBlocks: [2, 5, 8, 11],
      neckSize: 256,
      activation: 'gelu',
      absolutePositions: true,
      relativePositions: true,
      qkvBias: true,
    });
    expect(decodeFloat(base.layerNormEps)).toBe(1e-6);
  });

  it('reads the encoder of a whole model and the encoder alone alike', () => {
    const whole = { model_type: 'sam', vision_config: VISION };
    expect(huggingFaceSam.geometry({ config: whole }, [])).toEqual(geometry);
    expect(huggingFaceSam.recognises({ config: whole }, [])).toBe(true);
    expect(huggingFaceSam.recognises({ config: VISION }, [])).toBe(true);
    expect(huggingFaceSam.recognises({ config: { model_type: 'sam2' } }, [])).toBe(false);
  });

  it('names each global block once, in their order, and none that the model lacks', () => {
    const config = { ...VISION, global_attn_indexes: [2, 11, 0, 2] };
    expect(huggingFaceSam.geometry({ config }, [])).toMatchObject({ globalBlocks: [0, 2] });
  });

  it('names the key that is not supported', () => {
    const config = { ...VISION, hidden_act: 'relu', image_size: [40, 48] };
    expect(() => huggingFaceSam.geometry({ config }, [])).toThrow(
      /image_size: expected a square.*hidden_act: expected one of gelu/,
    );
  });

  it('has a place for every parameter', () => {
    const names = huggingFaceSam.places(geometry).map(({ name, shape }) => ({ name, shape }));
    expect(names).toEqual(backboneParameters(geometry));
    expect(headings(huggingFaceSam, 'vision_encoder.')).toEqual(
      expect.arrayContaining([
        { name: 'vision_encoder.pos_embed', shape: [1, 5, 5, 12] },
        { name: 'vision_encoder.layers.0.attn.qkv.weight', shape: [36, 12] },
        { name: 'vision_encoder.layers.0.attn.rel_pos_h', shape: [5, 6] },
        { name: 'vision_encoder.layers.1.attn.rel_pos_w', shape: [9, 6] },
        { name: 'vision_encoder.neck.conv2.weight', shape: [8, 8, 3, 3] },
      ]),
    );
  });
});

describe('the layout of the original checkpoints', () => {
  it.each(['image_encoder.', ''])('finds the geometry in the shapes behind "%s"', (prefix) => {
    const tensors = [
      ...headings(originalSam, prefix),
      { name: 'mask_decoder.iou_token.weight', shape: [1, 8] },
    ];
    expect(originalSam.recognises({}, tensors)).toBe(true);
    expect(originalSam.geometry({}, tensors)).toEqual(geometry);
  });

  it('names its tensors as Segment Anything does', () => {
    const names = headings(originalSam, 'image_encoder.').map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining([
        'image_encoder.patch_embed.proj.bias',
        'image_encoder.blocks.2.norm1.weight',
        'image_encoder.blocks.2.mlp.lin2.bias',
        'image_encoder.neck.0.weight',
        'image_encoder.neck.3.bias',
      ]),
    );
  });

  it('is not taken for what has a description or other tensors', () => {
    expect(originalSam.recognises({ config: {} }, headings(originalSam, ''))).toBe(false);
    expect(originalSam.recognises({}, headings(huggingFaceSam, ''))).toBe(false);
  });

  it('says which tensor it misses', () => {
    const tensors = headings(originalSam, '').filter(({ name }) => name !== 'neck.0.weight');
    expect(() => originalSam.geometry({}, tensors)).toThrow(/tensor neck.0.weight is missing/);
  });

  it('refuses tables of an even length', () => {
    const tensors = headings(originalSam, '').map(({ name, shape }) =>
      name.endsWith('rel_pos_h') ? { name, shape: [4, 6] } : { name, shape },
    );
    expect(() => originalSam.geometry({}, tensors)).toThrow(/rel_pos_h have shapes/);
  });
});
