/** Image encoders of ophthalmology. RETFound follows its code (rmaphoh/RETFound, models_vit.py); cards name the licences. */
import { BASE, dinov2, grid, LARGE, timmVit } from './geometries.js';
import { CC_BY_NC, VISIONFM } from './licences.js';
import type { CatalogueModel } from './model.js';
import { cropped, IMAGENET, squashed } from './preprocessings.js';

const RETFOUND_TERMS = 'the terms of the model page, for non-commercial research';

/**
 * Masked autoencoders; the feature is the mean of the patches, as the code's `global_pool` computes it: normalised with an
 * `fc_norm` that the published files lack, so that it neither scales nor shifts.
 */
const MASKED = [
  { id: 'retfound-cfp', title: 'RETFound, colour fundus', repository: 'RETFound_mae_natureCFP' },
  { id: 'retfound-oct', title: 'RETFound, OCT', repository: 'RETFound_mae_natureOCT' },
  { id: 'retfound-meh', title: 'RETFound, Moorfields', repository: 'RETFound_mae_meh' },
];

/** Trained with DINOv2. */
const DISTILLED = [
  {
    id: 'retfound-dinov2-meh',
    title: 'RETFound-DINOv2, Moorfields',
    repository: 'RETFound_dinov2_meh',
  },
  {
    id: 'retfound-dinov2-shanghai',
    title: 'RETFound-DINOv2, Shanghai',
    repository: 'RETFound_dinov2_shanghai',
  },
];

export const OPHTHALMOLOGY: readonly CatalogueModel[] = [
  ...MASKED.map(({ id, title, repository }): CatalogueModel => ({
    id,
    title,
    field: 'ophthalmology',
    repositories: [`YukunZhou/${repository}`],
    geometry: timmVit(LARGE, grid(16, 224), { pool: 'mean', finalNorm: 'pooled-plain' }),
    preprocessing: cropped({
      shortestEdge: 256,
      size: 224,
      resample: 'bicubic',
      colours: IMAGENET,
    }),
    licence: CC_BY_NC,
    gated: true,
    consent: RETFOUND_TERMS,
    source: 'code of RETFound; model card',
    unverified: [],
  })),
  ...DISTILLED.map(({ id, title, repository }): CatalogueModel => ({
    id,
    title,
    field: 'ophthalmology',
    repositories: [`YukunZhou/${repository}`],
    geometry: dinov2(LARGE, grid(14, 224)),
    preprocessing: cropped({
      shortestEdge: 256,
      size: 224,
      resample: 'bicubic',
      colours: IMAGENET,
    }),
    licence: CC_BY_NC,
    gated: true,
    consent: RETFOUND_TERMS,
    source: 'list of models of RETFound',
    unverified: ['geometry', 'preprocessing', 'licence'],
  })),
  {
    id: 'visionfm',
    title: 'VisionFM (any of its eight encoders)',
    field: 'ophthalmology',
    repositories: [],
    geometry: timmVit(BASE, grid(16, 224)),
    preprocessing: squashed(224, 'bicubic', IMAGENET),
    licence: VISIONFM,
    gated: true,
    consent: 'the terms of the download form, for non-commercial research',
    source: 'Qiu et al. 2024',
    unverified: ['geometry', 'preprocessing', 'licence'],
  },
];
