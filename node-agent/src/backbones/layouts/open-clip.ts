/**
 * The vision transformer of open_clip and of OpenAI's CLIP (open_clip 3.3, transformer.py, VisionTransformer), whose names they
 * share; CheXzero and others come in OpenAI's files, without any description.
 */
import { encodeFloat } from '@consilium/shared/encoding';
import { PLAIN_VIT, type BackboneGeometry, type VitGeometry } from '@consilium/shared/protocol';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import { badConfiguration } from '../files/configuration.js';
import { OPEN_CLIP_FILE } from '../files/model-files.js';
import type { Layout, ModelFiles, ParameterPlace, TensorHeading } from './layout.js';
import { placesOf, type NameTable, type Naming } from './name-table.js';
import { readOpenClipConfig } from './open-clip-config.js';
import { withoutPrefix } from './tensor-names.js';
import type { TensorShapes } from './timm-shapes.js';

const LANDMARK = 'visual.conv1.weight';
const FIRST_BLOCK = 'visual.transformer.resblocks.0.';

const inProjection = (index: number, leaf: 'weight' | 'bias'): Naming => ({
  tensor: `attn.in_proj_${leaf}`,
  part: { index, parts: 3 },
});

const NAMES: NameTable = {
  whole: {
    patch: 'visual.conv1',
    'class-token': 'visual.class_embedding',
    positions: 'visual.positional_embedding',
    'norm-pre': 'visual.ln_pre',
    norm: 'visual.ln_post',
    'projection.weight': 'visual.proj',
  },
  blockPrefix: (block) => `visual.transformer.resblocks.${block}.`,
  block: {
    'norm-attention': 'ln_1',
    'query.weight': inProjection(0, 'weight'),
    'query.bias': inProjection(0, 'bias'),
    'key.weight': inProjection(1, 'weight'),
    'key.bias': inProjection(1, 'bias'),
    'value.weight': inProjection(2, 'weight'),
    'value.bias': inProjection(2, 'bias'),
    'attention-output': 'attn.out_proj',
    'scale-attention': 'ls_1.gamma',
    'norm-mlp': 'ln_2',
    'mlp-up': 'mlp.c_fc',
    'mlp-down': 'mlp.c_proj',
    'scale-mlp': 'ls_2.gamma',
  },
};

export const openClip: Layout = {
  title: 'open_clip or OpenAI CLIP',
  recognises: (_, tensors) => shapesOf(tensors) !== undefined,
  geometry: (files, tensors) => openClipGeometry(files, shapesOf(tensors) ?? new Map()),
  prefixes: ['', 'module.', 'model.'],
  ignored: /^(?!visual\.)/,
  places: openClipPlaces,
};

function shapesOf(tensors: readonly TensorHeading[]): TensorShapes | undefined {
  return withoutPrefix(openClip, LANDMARK, tensors);
}

/** The projection is a bare matrix [width, out] that stands on the right of the feature. */
function openClipPlaces(geometry: BackboneGeometry): ParameterPlace[] {
  return placesOf(geometry, NAMES).map((place) =>
    place.name === 'projection.weight'
      ? {
          ...place,
          tensor: { name: place.tensor.name, shape: [...place.shape].reverse() },
          transposed: true,
        }
      : place,
  );
}

/** What the configuration adds to the shapes. */
interface Settings {
  readonly headWidth: number;
  readonly activation: VitGeometry['activation'];
  readonly normEpsilon: number;
  readonly pool: 'class' | 'mean';
  readonly finalNorm: 'tokens' | 'pooled';
}

/** OpenAI's models (openai/CLIP, clip/model.py, build_model). */
const OPENAI: Settings = {
  headWidth: 64,
  activation: 'quick-gelu',
  normEpsilon: 1e-5,
  pool: 'class',
  finalNorm: 'tokens',
};

/** @throws ConsiliumError 'bad-backbone' where the file contradicts the tensors, or asks for what is not supported */
function openClipGeometry({ openClipConfig }: ModelFiles, shapes: TensorShapes): VitGeometry {
  const settings = openClipConfig === undefined ? OPENAI : settingsOf(openClipConfig, shapes);
  const { pool, finalNorm, activation, normEpsilon, headWidth } = settings;
  const [hiddenSize = 0, , patchSize = 1] = shapes.get(LANDMARK) ?? [];
  if (hiddenSize % headWidth !== 0) {
    throw refused(`heads of ${headWidth} do not fill a width of ${hiddenSize}`);
  }
  const projection = shapes.get('visual.proj');
  return {
    ...PLAIN_VIT,
    ...{ pool, finalNorm, activation, hiddenSize, patchSize },
    layers: countBlocks(shapes),
    heads: hiddenSize / headWidth,
    mlpSize: shapes.get(`${FIRST_BLOCK}mlp.c_fc.weight`)?.[0] ?? 4 * hiddenSize,
    imageSize: gridSide(shapes) * patchSize,
    layerNormEps: encodeFloat(normEpsilon),
    patchBias: false,
    positions: { kind: 'table', covers: 'class-and-patches', interpolation: 'bicubic-antialiased' },
    preNorm: shapes.has('visual.ln_pre.weight'),
    layerScale: shapes.has(`${FIRST_BLOCK}ls_1.gamma`),
    ...(projection === undefined ? {} : { projectionSize: projection[1] ?? 0 }),
  };
}

/** One row of the table is the class token's. */
function gridSide(shapes: TensorShapes): number {
  const rows = shapes.get('visual.positional_embedding')?.[0] ?? 0;
  const side = Math.sqrt(rows - 1);
  if (!Number.isInteger(side) || side < 1) {
    throw refused(`visual.positional_embedding has ${rows} rows, which make no square grid`);
  }
  return side;
}

/** @throws ConsiliumError 'bad-backbone' */
function settingsOf(config: unknown, shapes: TensorShapes): Settings {
  const { vision_cfg: vision, quick_gelu: quick } = readOpenClipConfig(config);
  const [width = 0, , patch = 0] = shapes.get(LANDMARK) ?? [];
  if (Array.isArray(vision.layers)) {
    throw badConfiguration(OPEN_CLIP_FILE, 'vision_cfg.layers describes a ResNet, not supported');
  }
  if (vision.width !== width || vision.patch_size !== patch) {
    throw badConfiguration(
      OPEN_CLIP_FILE,
      `vision_cfg has width ${vision.width} and patch_size ${vision.patch_size} where the tensors have ${width} and ${patch}`,
    );
  }
  return {
    headWidth: vision.head_width,
    activation: quick ? 'quick-gelu' : 'gelu',
    normEpsilon: vision.norm_kwargs?.eps ?? 1e-5,
    pool: vision.pool_type === 'avg' ? 'mean' : 'class',
    finalNorm: vision.final_ln_after_pool ? 'pooled' : 'tokens',
  };
}

function countBlocks(shapes: TensorShapes): number {
  let blocks = 0;
  while (shapes.has(`visual.transformer.resblocks.${blocks}.ln_1.weight`)) {
    blocks += 1;
  }
  return blocks;
}

function refused(fault: string): ConsiliumError {
  return new ConsiliumError('bad-backbone', `backbone: ${fault}`);
}
