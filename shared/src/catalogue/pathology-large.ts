/** Tile encoders of histopathology above ViT-L; sources as in pathology.ts. They need a machine with much memory. */
import {
  ALL_PLACED,
  dinov2,
  GIANT,
  grid,
  swiglu,
  timmVit,
  timmWithRegisters,
} from './geometries.js';
import { APACHE_2, CC_BY_NC_ND, GIGAPATH, MIT } from './licences.js';
import type { CatalogueModel } from './model.js';
import { cropped, HALF, IMAGENET, squashed, type Colours } from './preprocessings.js';

const SOURCE = 'TRIDENT loader and constants';
const H_OPTIMUS: Colours = {
  mean: [0.707223, 0.578729, 0.703617],
  std: [0.211883, 0.230117, 0.177517],
};
/** ViT-H with a gated feed-forward layer: mlp_ratio 5.3375 counts both halves. */
const VIRCHOW = { hiddenSize: 1280, layers: 32, heads: 16, ...swiglu(3416) };
const GATED_GIANT = { ...GIANT, ...swiglu(GIANT.mlpSize) };
const INSTITUTIONAL =
  'the terms of the model page, accepted with the address of an institution, for non-commercial academic research';

export const LARGE_PATHOLOGY: readonly CatalogueModel[] = [
  {
    id: 'uni2-h',
    title: 'UNI2-h',
    field: 'pathology',
    repositories: ['MahmoodLab/UNI2-h'],
    geometry: timmWithRegisters({ ...GATED_GIANT, layers: 24 }, grid(14, 224), 8, swiglu(4096)),
    preprocessing: cropped({ size: 224, resample: 'bilinear', colours: IMAGENET }),
    licence: CC_BY_NC_ND,
    gated: true,
    consent: INSTITUTIONAL,
    source: `${SOURCE}; model card`,
    unverified: [],
  },
  {
    id: 'virchow',
    title: 'Virchow',
    field: 'pathology',
    repositories: ['paige-ai/Virchow'],
    geometry: timmVit(VIRCHOW, grid(14, 224), {
      ...swiglu(3416),
      layerScale: true,
      pool: 'class-and-mean',
    }),
    preprocessing: cropped({ size: 224, resample: 'bicubic', colours: IMAGENET }),
    licence: APACHE_2,
    gated: true,
    consent: 'the terms of the model page, accepted with the address of an institution',
    source: `${SOURCE}; model card`,
    unverified: [],
  },
  {
    id: 'virchow2',
    title: 'Virchow2',
    field: 'pathology',
    repositories: ['paige-ai/Virchow2'],
    geometry: timmVit(VIRCHOW, grid(14, 224), {
      ...swiglu(3416),
      ...ALL_PLACED,
      layerScale: true,
      registers: 4,
      pool: 'class-and-mean',
    }),
    preprocessing: cropped({ size: 224, resample: 'bicubic', colours: IMAGENET }),
    licence: CC_BY_NC_ND,
    gated: true,
    consent: INSTITUTIONAL,
    source: `${SOURCE}; model card`,
    unverified: [],
  },
  {
    id: 'prov-gigapath',
    title: 'Prov-GigaPath (tiles)',
    field: 'pathology',
    repositories: ['prov-gigapath/prov-gigapath'],
    geometry: timmVit(GATED_GIANT, grid(16, 224), { ...swiglu(4096), layerScale: true }),
    preprocessing: cropped({
      shortestEdge: 256,
      size: 224,
      resample: 'bicubic',
      colours: IMAGENET,
    }),
    licence: GIGAPATH,
    gated: true,
    consent: 'the terms of the model page, for research without clinical decisions',
    source: `${SOURCE}; model card; table of models on the card of Prov-GigaPath Flash`,
    unverified: [],
  },
  {
    id: 'h-optimus-0',
    title: 'H-optimus-0',
    field: 'pathology',
    repositories: ['bioptimus/H-optimus-0', '1aurent/vit_giant_patch14_reg4_dinov2.h_optimus_0'],
    geometry: timmWithRegisters(GATED_GIANT, grid(14, 224), 4, swiglu(4096)),
    preprocessing: cropped({ size: 224, resample: 'bilinear', colours: H_OPTIMUS }),
    licence: APACHE_2,
    gated: false,
    source: `${SOURCE}; model page; bioptimus/releases`,
    unverified: ['repositories'],
  },
  {
    id: 'h-optimus-1',
    title: 'H-optimus-1',
    field: 'pathology',
    repositories: ['bioptimus/H-optimus-1'],
    geometry: timmWithRegisters(GATED_GIANT, grid(14, 224), 4, swiglu(4096)),
    preprocessing: cropped({ size: 224, resample: 'bilinear', colours: H_OPTIMUS }),
    licence: CC_BY_NC_ND,
    gated: true,
    consent: INSTITUTIONAL,
    source: `${SOURCE}; model card`,
    unverified: [],
  },
  {
    id: 'midnight-12k',
    title: 'Midnight-12k',
    field: 'pathology',
    repositories: ['kaiko-ai/midnight'],
    geometry: dinov2(GIANT, grid(14, 224), { ...swiglu(4096), pool: 'class-and-mean' }),
    preprocessing: cropped({ size: 224, resample: 'bilinear', colours: HALF }),
    licence: MIT,
    gated: false,
    source: `${SOURCE}; model card`,
    unverified: [],
  },
  {
    id: 'openmidnight',
    title: 'OpenMidnight',
    field: 'pathology',
    repositories: ['SophontAI/OpenMidnight'],
    geometry: timmWithRegisters(GIANT, grid(14, 224), 4, {
      ...swiglu(4096),
      positions: {
        kind: 'table',
        covers: 'class-and-patches',
        interpolation: 'bicubic-antialiased',
      },
    }),
    preprocessing: squashed(224, 'bilinear', IMAGENET),
    licence: MIT,
    gated: true,
    consent: 'the terms of the model page',
    source: SOURCE,
    unverified: ['geometry', 'licence'],
  },
];
