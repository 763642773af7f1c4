/** Encoders of everyday pictures, which medical models start from and compare with. Facts from their files in transformers' form. */
import {
  BASE,
  clip,
  dinov2,
  dinov2WithRegisters,
  dinov3,
  GIANT,
  grid,
  huggingFaceVit,
  LARGE,
  siglip,
  SMALL,
  SO400M,
  swiglu,
} from './geometries.js';
import { APACHE_2, CC_BY_NC, DINOV3, MIT } from './licences.js';
import type { CatalogueModel } from './model.js';
import {
  croppedByTransformers,
  HALF,
  IMAGENET,
  OPENAI,
  squashed,
  squashedNumbers,
} from './preprocessings.js';

/** What every entry of this file has. */
const common = { field: 'general', gated: false, unverified: [] } as const;

const DINOV2 = {
  ...common,
  preprocessing: croppedByTransformers({
    shortestEdge: 256,
    size: 224,
    resample: 'bicubic',
    colours: IMAGENET,
  }),
  licence: APACHE_2,
  source: 'config.json and preprocessor_config.json; Oquab et al. 2023',
};

const SIZES = [
  { name: 'small', letter: 'S', size: SMALL, own: {} },
  { name: 'base', letter: 'B', size: BASE, own: {} },
  { name: 'large', letter: 'L', size: LARGE, own: {} },
  { name: 'giant', letter: 'g', size: GIANT, own: swiglu(GIANT.mlpSize) },
] as const;

const DINOV3_SIZES = [
  { name: 'vits16', title: 'DINOv3 ViT-S/16', size: SMALL },
  { name: 'vitb16', title: 'DINOv3 ViT-B/16', size: BASE },
  { name: 'vitl16', title: 'DINOv3 ViT-L/16', size: LARGE },
] as const;

export const GENERAL: readonly CatalogueModel[] = [
  ...SIZES.map(({ name, letter, size, own }) => ({
    ...DINOV2,
    id: `dinov2-${name}`,
    title: `DINOv2 ViT-${letter}/14`,
    repositories: [`facebook/dinov2-${name}`],
    geometry: dinov2(size, grid(14, 518), own),
  })),
  ...SIZES.map(({ name, letter, size, own }) => ({
    ...DINOV2,
    id: `dinov2-${name}-registers`,
    title: `DINOv2 ViT-${letter}/14, registers`,
    repositories: [`facebook/dinov2-with-registers-${name}`],
    geometry: dinov2WithRegisters(size, grid(14, 518), own),
  })),
  ...DINOV3_SIZES.map(({ name, title, size }): CatalogueModel => ({
    id: `dinov3-${name}`,
    title,
    field: 'general',
    repositories: [`facebook/dinov3-${name}-pretrain-lvd1689m`],
    geometry: dinov3(size, grid(16, 224)),
    preprocessing: squashedNumbers(224, 'bilinear', IMAGENET),
    licence: DINOV3,
    gated: true,
    consent: 'the DINOv3 License',
    source: 'transformers; model card and LICENSE.md',
    unverified: [],
  })),
  {
    ...common,
    id: 'clip-base-patch16',
    title: 'CLIP ViT-B/16',
    repositories: ['openai/clip-vit-base-patch16'],
    geometry: clip(BASE, grid(16, 224), 512),
    preprocessing: croppedByTransformers({ size: 224, resample: 'bicubic', colours: OPENAI }),
    licence: MIT,
    source: 'config.json and preprocessor_config.json; Radford et al. 2021',
  },
  {
    ...common,
    id: 'clip-large-patch14',
    title: 'CLIP ViT-L/14',
    repositories: ['openai/clip-vit-large-patch14'],
    geometry: clip(LARGE, grid(14, 224), 768),
    preprocessing: croppedByTransformers({ size: 224, resample: 'bicubic', colours: OPENAI }),
    licence: MIT,
    source: 'config.json and preprocessor_config.json; Radford et al. 2021',
  },
  {
    ...common,
    id: 'siglip-base-patch16-224',
    title: 'SigLIP ViT-B/16',
    repositories: ['google/siglip-base-patch16-224'],
    geometry: siglip(BASE, grid(16, 224)),
    preprocessing: squashed(224, 'bicubic', HALF),
    licence: APACHE_2,
    source: 'config.json and preprocessor_config.json; Zhai et al. 2023',
  },
  {
    ...common,
    id: 'siglip-so400m-patch14-384',
    title: 'SigLIP SO400M/14',
    repositories: ['google/siglip-so400m-patch14-384'],
    geometry: siglip(SO400M, grid(14, 384)),
    preprocessing: squashed(384, 'bicubic', HALF),
    licence: APACHE_2,
    source: 'config.json and preprocessor_config.json; Zhai et al. 2023',
  },
  ...[
    { name: 'base', letter: 'B', size: BASE },
    { name: 'large', letter: 'L', size: LARGE },
  ].flatMap(({ name, letter, size }): CatalogueModel[] => [
    {
      ...common,
      id: `mae-${name}`,
      title: `MAE ViT-${letter}/16`,
      repositories: [`facebook/vit-mae-${name}`],
      geometry: huggingFaceVit(size, grid(16, 224)),
      preprocessing: squashed(224, 'bilinear', IMAGENET),
      licence: CC_BY_NC,
      source:
        'config.json and preprocessor_config.json; LICENSE of facebookresearch/mae (the model page says Apache 2.0; the stricter one counts)',
    },
    {
      ...common,
      id: `vit-${name}-patch16-224`,
      title: `ViT-${letter}/16, ImageNet-21k`,
      repositories: [`google/vit-${name}-patch16-224`, `google/vit-${name}-patch16-224-in21k`],
      geometry: huggingFaceVit(size, grid(16, 224)),
      preprocessing: squashed(224, 'bilinear', HALF),
      licence: APACHE_2,
      source: 'config.json and preprocessor_config.json; Dosovitskiy et al. 2020',
    },
  ]),
];
