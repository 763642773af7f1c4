/**
 * Checkpoints of the original DINO and DINOv2 code (facebookresearch/dinov2, dinov2/models/vision_transformer.py and
 * hub/backbones.py), which come without any description: timm's names but for registers and the unpacked SwiGLU, blocks in
 * chunks where training sharded them, and a teacher's prefix. Heads are 64 wide in every published model.
 */
import { encodeFloat } from '@consilium/shared/encoding';
import type { BackboneGeometry, VitGeometry } from '@consilium/shared/protocol';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import type { Layout, ParameterPlace, TensorHeading } from './layout.js';
import { withoutPrefix } from './tensor-names.js';
import { timmPlaces } from './timm-places.js';
import { gridSide, readTimmShapes, TIMM_LANDMARK } from './timm-shapes.js';

const HEAD_WIDTH = 64;
const RENAMED: readonly (readonly [RegExp, string])[] = [
  /** `blocks.{chunk}.{block}.`: the block's number counts on from chunk to chunk. */
  [/^blocks\.\d+\.(\d+)\./, 'blocks.$1.'],
  [/^register_tokens$/, 'reg_token'],
  [/\.mlp\.w12\./, '.mlp.fc1.'],
  [/\.mlp\.w3\./, '.mlp.fc2.'],
];

export const originalDino: Layout = {
  title: 'original DINO or DINOv2',
  recognises: ({ config, openClipConfig }, tensors) =>
    config === undefined && openClipConfig === undefined && shapesOf(tensors) !== undefined,
  geometry: (_, tensors) => dinoGeometry(tensors),
  prefixes: [
    '',
    'teacher.backbone.',
    'module.backbone.',
    'backbone.',
    'module.',
    'student.backbone.',
  ],
  spelling: (name) => RENAMED.reduce((spelt, [from, to]) => spelt.replace(from, to), name),
  ignored:
    /^(teacher|student|module)\.|^(head|dino_head|ibot_head|dino_loss|ibot_patch_loss)\.|^mask_token$/,
  places: (geometry: BackboneGeometry): ParameterPlace[] => timmPlaces(geometry),
};

function shapesOf(tensors: readonly TensorHeading[]) {
  return withoutPrefix(originalDino, TIMM_LANDMARK, tensors);
}

/** @throws ConsiliumError 'bad-backbone' naming a tensor that is missing or has a shape that no such model has */
function dinoGeometry(tensors: readonly TensorHeading[]): VitGeometry {
  const { positions: rows, ...shapes } = readTimmShapes(shapesOf(tensors) ?? new Map());
  const { hiddenSize, registers, feedForward, patchSize } = shapes;
  if (hiddenSize % HEAD_WIDTH !== 0 || !shapes.classToken) {
    throw new ConsiliumError(
      'bad-backbone',
      `backbone: no config.json and a width of ${hiddenSize}, which is no multiple of ${HEAD_WIDTH}, or no class token: ` +
        'not a model of the original DINO or DINOv2; add the config.json of its library',
    );
  }
  return {
    architecture: 'vit',
    channels: 3,
    ...shapes,
    heads: hiddenSize / HEAD_WIDTH,
    imageSize: gridSide(rows, 1) * patchSize,
    layerNormEps: encodeFloat(1e-6),
    activation: feedForward === 'swiglu' ? 'silu' : 'gelu',
    positions: {
      kind: 'table',
      covers: 'class-and-patches',
      // Models with registers: interpolate_antialias and an offset of 0; others: an offset of 0.1 (hub/backbones.py).
      interpolation: registers > 0 ? 'bicubic-antialiased' : 'bicubic-offset',
    },
    pool: 'class',
  };
}
