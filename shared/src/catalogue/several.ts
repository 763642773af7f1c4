/** Image encoders of several fields of medicine. Facts from the model cards and configuration files of their publishers. */
import { BASE, grid, SAM_BASE, siglip, SO400M, timmVit } from './geometries.js';
import { APACHE_2, HEALTH_AI, MIT } from './licences.js';
import type { CatalogueModel } from './model.js';
import { cropped, HALF, IMAGENET, OPENAI, padded, squashed } from './preprocessings.js';

export const SEVERAL: readonly CatalogueModel[] = [
  {
    id: 'biomedclip',
    title: 'BiomedCLIP',
    field: 'several',
    repositories: ['microsoft/BiomedCLIP-PubMedBERT_256-vit_base_patch16_224'],
    geometry: timmVit(BASE, grid(16, 224), { projectionSize: 512 }),
    preprocessing: cropped({ size: 224, resample: 'bicubic', colours: OPENAI }),
    licence: MIT,
    gated: false,
    source: 'open_clip_config.json and model card',
    unverified: [],
  },
  {
    id: 'medsiglip-448',
    title: 'MedSigLIP 448',
    field: 'several',
    repositories: ['google/medsiglip-448'],
    geometry: siglip(SO400M, grid(14, 448)),
    preprocessing: squashed(448, 'bilinear', HALF),
    licence: HEALTH_AI,
    gated: true,
    consent: 'the Health AI Developer Foundations terms of use and prohibited use policy',
    source: 'model card, which names the terms; their section on derived works from memory',
    unverified: ['licence'],
  },
  {
    id: 'medsam',
    title: 'MedSAM (image encoder)',
    field: 'several',
    repositories: ['wanglab/medsam-vit-base'],
    geometry: SAM_BASE,
    preprocessing: padded(1024, 'bilinear', IMAGENET),
    licence: APACHE_2,
    gated: false,
    source:
      'model page of the transformers port; the authors scale each picture from its darkest to its lightest',
    unverified: ['preprocessing'],
  },
  {
    id: 'mermed-fm',
    title: 'MerMED-FM',
    field: 'several',
    repositories: [],
    geometry: timmVit(BASE, grid(16, 224)),
    preprocessing: cropped({ size: 224, resample: 'bicubic', colours: IMAGENET }),
    licence: APACHE_2,
    gated: false,
    source: 'model card',
    unverified: ['preprocessing', 'repositories'],
  },
];
