import { linearTargets, type VitGeometry } from '@consilium/shared/protocol';
import { PLAIN_VIT } from '@consilium/shared/protocol';
import { encodeFloat } from '@consilium/shared/encoding';
import type { NameGeneration } from './library-model.js';
import { libraryModel, namesOfAllClasses } from './registry.js';

const GEOMETRY: VitGeometry = {
  ...PLAIN_VIT,
  hiddenSize: 16,
  layers: 2,
  heads: 2,
  mlpSize: 32,
  imageSize: 32,
  patchSize: 8,
  layerNormEps: encodeFloat(1e-6),
};
const GATED: VitGeometry = { ...GEOMETRY, feedForward: 'swiglu' };

/** Paths of block 1 in the order of the targets; a layer in a fused module shows its part. */
function namesIn(generation: NameGeneration | undefined, geometry: VitGeometry): string[] {
  return linearTargets(geometry).map((target) => {
    const place = generation?.place({ block: 1, target });
    if (place === undefined || 'refusal' in place) {
      return 'none';
    }
    return place.parts === 1 ? place.module : `${place.module} ${place.part + 1}/${place.parts}`;
  });
}

function generationsOf(title: string, geometry: VitGeometry) {
  return libraryModel(title, geometry, geometry).generations.map((generation) => [
    generation.title,
    ...namesIn(generation, geometry),
  ]);
}

// Read off `named_modules()` of transformers 5.18 and timm 1.0.29, and for transformers 4 off its files.
describe('the paths of linear layers', () => {
  it.each<[string, VitGeometry, string[][]]>([
    [
      'transformers vit',
      GEOMETRY,
      [
        [
          'transformers 5',
          'vit.layers.1.attention.q_proj',
          'vit.layers.1.attention.k_proj',
          'vit.layers.1.attention.v_proj',
          'vit.layers.1.attention.o_proj',
          'vit.layers.1.mlp.fc1',
          'vit.layers.1.mlp.fc2',
        ],
        [
          'transformers 4',
          'vit.encoder.layer.1.attention.attention.query',
          'vit.encoder.layer.1.attention.attention.key',
          'vit.encoder.layer.1.attention.attention.value',
          'vit.encoder.layer.1.attention.output.dense',
          'vit.encoder.layer.1.intermediate.dense',
          'vit.encoder.layer.1.output.dense',
        ],
      ],
    ],
    [
      'transformers dinov2',
      GATED,
      [
        [
          'transformers 5',
          'dinov2.encoder.layer.1.attention.q_proj',
          'dinov2.encoder.layer.1.attention.k_proj',
          'dinov2.encoder.layer.1.attention.v_proj',
          'dinov2.encoder.layer.1.attention.o_proj',
          'dinov2.encoder.layer.1.mlp.gate_proj',
          'dinov2.encoder.layer.1.mlp.up_proj',
          'dinov2.encoder.layer.1.mlp.down_proj',
        ],
        [
          'transformers 4',
          'dinov2.encoder.layer.1.attention.attention.query',
          'dinov2.encoder.layer.1.attention.attention.key',
          'dinov2.encoder.layer.1.attention.attention.value',
          'dinov2.encoder.layer.1.attention.output.dense',
          'dinov2.encoder.layer.1.mlp.weights_in 1/2',
          'dinov2.encoder.layer.1.mlp.weights_in 2/2',
          'dinov2.encoder.layer.1.mlp.weights_out',
        ],
      ],
    ],
    [
      'transformers dinov3_vit',
      GEOMETRY,
      [
        [
          'transformers 5',
          'model.layer.1.attention.q_proj',
          'model.layer.1.attention.k_proj',
          'model.layer.1.attention.v_proj',
          'model.layer.1.attention.o_proj',
          'model.layer.1.mlp.up_proj',
          'model.layer.1.mlp.down_proj',
        ],
        [
          'transformers 4',
          'layer.1.attention.q_proj',
          'layer.1.attention.k_proj',
          'layer.1.attention.v_proj',
          'layer.1.attention.o_proj',
          'layer.1.mlp.up_proj',
          'layer.1.mlp.down_proj',
        ],
      ],
    ],
    [
      'transformers clip',
      { ...GEOMETRY, projectionSize: 8 },
      [
        [
          'transformers',
          'vision_model.encoder.layers.1.self_attn.q_proj',
          'vision_model.encoder.layers.1.self_attn.k_proj',
          'vision_model.encoder.layers.1.self_attn.v_proj',
          'vision_model.encoder.layers.1.self_attn.out_proj',
          'vision_model.encoder.layers.1.mlp.fc1',
          'vision_model.encoder.layers.1.mlp.fc2',
        ],
      ],
    ],
    [
      'timm VisionTransformer',
      GATED,
      [
        [
          'timm',
          'blocks.1.attn.qkv 1/3',
          'blocks.1.attn.qkv 2/3',
          'blocks.1.attn.qkv 3/3',
          'blocks.1.attn.proj',
          'blocks.1.mlp.fc1 1/2',
          'blocks.1.mlp.fc1 2/2',
          'blocks.1.mlp.fc2',
        ],
      ],
    ],
    [
      'open_clip or OpenAI CLIP',
      GEOMETRY,
      [
        [
          'open_clip',
          'none',
          'none',
          'none',
          'none',
          'visual.transformer.resblocks.1.mlp.c_fc',
          'visual.transformer.resblocks.1.mlp.c_proj',
        ],
      ],
    ],
  ])('of %s', (title, geometry, expected) => {
    expect(generationsOf(title, geometry)).toEqual(expected);
  });

  it('stand inside a timm trunk of open_clip behind its name', () => {
    const [names] = generationsOf('open_clip with a timm trunk', GEOMETRY);
    expect(names?.[1]).toBe('visual.trunk.blocks.1.attn.qkv 1/3');
  });

  it('are known with and without the class around a ViT', () => {
    const names = namesOfAllClasses('transformers vit', GEOMETRY).map(
      (generation) => namesIn(generation, GEOMETRY)[0],
    );
    expect(names).toEqual([
      'vit.layers.1.attention.q_proj',
      'vit.encoder.layer.1.attention.attention.query',
      'layers.1.attention.q_proj',
      'encoder.layer.1.attention.attention.query',
    ]);
  });

  it('are refused for a layout that no library has', () => {
    expect(() => libraryModel('a layout', GEOMETRY, GEOMETRY)).toThrow(
      'nothing can be exported to the layout a layout',
    );
  });
});
