/** Image encoders of radiology. Facts from the model cards and code of their publishers. */
import { encodeFloat } from '../encoding/index.js';
import { BASE, clip, dinov2, dinov3, grid } from './geometries.js';
import { APACHE_2_COMMONS_CLAUSE, DINOV3, MICROSOFT_RESEARCH, MIT } from './licences.js';
import type { CatalogueModel } from './model.js';
import {
  cropped,
  croppedByTransformers,
  grey,
  IMAGENET,
  squashedNumbers,
} from './preprocessings.js';

const RAD_DINO_PICTURES = croppedByTransformers({
  size: 518,
  resample: 'bicubic',
  colours: grey(0.5307, 0.2583),
});

export const RADIOLOGY: readonly CatalogueModel[] = [
  {
    id: 'rad-dino',
    title: 'RAD-DINO',
    field: 'radiology',
    repositories: ['microsoft/rad-dino'],
    geometry: dinov2(BASE, grid(14, 518)),
    preprocessing: RAD_DINO_PICTURES,
    licence: MIT,
    gated: false,
    source: 'model card (under MIT since 2025, before that the Microsoft Research License)',
    unverified: ['preprocessing'],
  },
  {
    id: 'rad-dino-maira-2',
    title: 'RAD-DINO of MAIRA-2',
    field: 'radiology',
    repositories: ['microsoft/rad-dino-maira-2'],
    geometry: dinov2(BASE, grid(14, 518)),
    preprocessing: RAD_DINO_PICTURES,
    licence: MICROSOFT_RESEARCH,
    gated: false,
    source: 'model card and LICENSE',
    unverified: ['preprocessing'],
  },
  {
    id: 'chexzero',
    title: 'CheXzero',
    field: 'radiology',
    repositories: [],
    geometry: clip(BASE, grid(32, 224), 512),
    preprocessing: cropped({
      size: 224,
      resample: 'bicubic',
      colours: grey(101.48761 / 255, 83.43944 / 255),
    }),
    licence: APACHE_2_COMMONS_CLAUSE,
    gated: false,
    source: 'Tiu et al. 2022; LICENSE of rajpurkarlab/CheXzero',
    unverified: ['geometry', 'preprocessing'],
  },
  {
    id: 'meddinov3',
    title: 'MedDINOv3 ViT-B/16',
    field: 'radiology',
    repositories: ['ricklisz123/MedDINOv3-ViTB-16-CT-3M'],
    geometry: { ...dinov3(BASE, grid(16, 224)), layerNormEps: encodeFloat(1e-5) },
    preprocessing: squashedNumbers(224, 'bilinear', IMAGENET),
    licence: DINOV3,
    gated: false,
    source: 'the DINOv3 family',
    unverified: ['geometry', 'preprocessing', 'licence', 'repositories'],
  },
];
