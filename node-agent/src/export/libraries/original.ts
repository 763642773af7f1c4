/** Checkpoints of original code, which come without a configuration: the model card builds the class from the geometry. */
import { decodeFloat } from '@consilium/shared/encoding';
import type { BackboneGeometry, SamGeometry, VitGeometry } from '@consilium/shared/protocol';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import { originalDinov2Generations, samGenerations, timmGenerations } from './generations.js';
import type { LibraryModel } from './library-model.js';
import { isGated, poolArguments, timmFeature, timmHead } from './timm.js';
import { pooled, requireVit } from './transformers.js';

const NOTHING = /^(?!)/;
const EVERYTHING = /^/;

const IMPORTS = [
  'import functools',
  'import re',
  'import torch',
  'from safetensors.torch import load_file',
];

/** What training code leaves before the names. */
const WRAPPERS = String.raw`^((teacher|student|module|model|backbone|image_encoder)\.)+`;

/** RETFound and other masked autoencoders, whose class derives from timm's (models_vit.py). */
export function retfoundModel(geometry: BackboneGeometry): LibraryModel {
  const vit = requireVit(geometry);
  const head = timmHead(vit.pool);
  return {
    library: 'timm',
    keeps: NOTHING,
    className: 'VisionTransformer',
    prefix: '',
    generations: timmGenerations('', isGated(vit)),
    head,
    python: {
      imports: [...IMPORTS, 'from timm.models.vision_transformer import VisionTransformer'],
      model: (folder, classes) =>
        building(
          `VisionTransformer(${timmArguments(vit, head.kind === 'apart' ? 0 : classes)})`,
          folder,
        ),
      ...(head.kind === 'apart' ? { feature: timmFeature(vit) } : {}),
    },
  };
}

/** facebookresearch/dinov2, whose class has no classifier; a file of the first DINO has timm's names and no LayerScale. */
export function originalDinoModel(geometry: BackboneGeometry): LibraryModel {
  const vit = requireVit(geometry);
  if (!vit.layerScale) {
    return retfoundModel(vit);
  }
  const layers = `ffn_layer="${isGated(vit) ? 'swiglufused' : 'mlp'}", init_values=1.0, num_register_tokens=${vit.registers}, block_chunks=0`;
  return {
    library: 'dinov2',
    keeps: EVERYTHING,
    className: 'DinoVisionTransformer',
    prefix: '',
    generations: originalDinov2Generations(isGated(vit)),
    head: { kind: 'apart', reason: 'the original code of DINOv2 has no classifier' },
    python: {
      imports: [...IMPORTS, 'from dinov2.models.vision_transformer import DinoVisionTransformer'],
      model: (folder) => building(`DinoVisionTransformer(${sizes(vit)}, ${layers})`, folder),
      feature: [
        'found = model.forward_features(pixels)',
        'tokens = torch.cat((found["x_norm_clstoken"][:, None], found["x_norm_patchtokens"]), 1)',
        `feature = ${pooled(vit.pool, 1)}`,
      ],
    },
  };
}

/** The image encoder of facebookresearch/segment-anything and MedSAM. */
export function originalSamModel(geometry: BackboneGeometry): LibraryModel {
  const sam = requireSam(geometry);
  const more = [
    `out_chans=${sam.neckSize}`,
    'use_rel_pos=True',
    `window_size=${sam.windowSize}`,
    `global_attn_indexes=(${sam.globalBlocks.map((block) => `${block},`).join(' ')})`,
    'norm_layer=functools.partial(torch.nn.LayerNorm, eps=1e-6)',
  ].join(', ');
  return {
    library: 'segment_anything',
    keeps: EVERYTHING,
    className: 'ImageEncoderViT',
    prefix: '',
    generations: samGenerations('segment-anything', 'blocks.'),
    head: { kind: 'apart', reason: 'the image encoder of Segment Anything has no classifier' },
    python: {
      imports: [...IMPORTS, 'from segment_anything.modeling import ImageEncoderViT'],
      model: (folder) => building(`ImageEncoderViT(${sizes(sam)}, ${more})`, folder),
      feature: ['feature = model(pixels).mean((2, 3))'],
    },
  };
}

function building(expression: string, folder: string): string[] {
  return [
    `model = ${expression}`,
    `weights = load_file(${folder} + "/model.safetensors")`,
    `weights = {re.sub(r"${WRAPPERS}", "", name): value for name, value in weights.items()}`,
    'model.load_state_dict(weights, strict=False)',
  ];
}

function timmArguments(vit: VitGeometry, classes: number): string {
  const eps = `norm_layer=functools.partial(torch.nn.LayerNorm, eps=${decodeFloat(vit.layerNormEps)})`;
  return `${sizes(vit)}, num_classes=${classes}, ${eps}${poolArguments(vit)}`;
}

function sizes({
  imageSize,
  patchSize,
  hiddenSize,
  layers,
  heads,
  mlpSize,
  ...geometry
}: BackboneGeometry): string {
  // The original code states the ratio of a gated layer before it takes two thirds of it.
  const isHalved = geometry.architecture === 'vit' && geometry.feedForward === 'swiglu';
  const ratio = isHalved ? 4 : mlpSize / hiddenSize;
  return `img_size=${imageSize}, patch_size=${patchSize}, embed_dim=${hiddenSize}, depth=${layers}, num_heads=${heads}, mlp_ratio=${ratio}`;
}

function requireSam(geometry: BackboneGeometry): SamGeometry {
  if (geometry.architecture !== 'sam') {
    throw new ConsiliumError('internal', `${geometry.architecture} is no geometry of SAM`);
  }
  return geometry;
}
