/**
 * The checkpoints of Segment Anything and of MedSAM, which come without a description: everything follows from the shapes of
 * their tensors (segment_anything/modeling/image_encoder.py) but the epsilon of the norms, which is 1e-6 in all of them.
 */
import { encodeFloat } from '@consilium/shared/encoding';
import type { SamGeometry } from '@consilium/shared/protocol';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import type { Layout, TensorHeading } from './layout.js';
import type { NameTable } from './name-table.js';
import { SAM_BLOCK, SAM_IGNORED, samPlaces } from './sam-places.js';
import { withoutPrefix } from './tensor-names.js';

const NAMES: NameTable = {
  whole: {
    patch: 'patch_embed.proj',
    positions: 'pos_embed',
    'neck.first.weight': 'neck.0.weight',
    'neck.first-norm': 'neck.1',
    'neck.second.weight': 'neck.2.weight',
    'neck.second-norm': 'neck.3',
  },
  blockPrefix: (block) => `blocks.${block}.`,
  block: { ...SAM_BLOCK, 'norm-attention': 'norm1', 'norm-mlp': 'norm2' },
};

const PREFIXES = ['image_encoder.', ''];

/** No other model has it. */
const LANDMARK = 'blocks.0.attn.rel_pos_h';

const EPSILON = 1e-6;

export const originalSam: Layout = {
  title: 'original segment-anything',
  recognises: ({ config, openClipConfig }, tensors) =>
    config === undefined && openClipConfig === undefined && shapesOf(tensors) !== undefined,
  geometry: (_, tensors) => samGeometry(tensors),
  prefixes: PREFIXES,
  ignored: SAM_IGNORED,
  places: (geometry) => samPlaces(geometry, NAMES),
};

function shapesOf(tensors: readonly TensorHeading[]) {
  return withoutPrefix({ prefixes: PREFIXES }, LANDMARK, tensors);
}

/** @throws ConsiliumError 'bad-backbone' naming the tensors that the geometry follows from and that are missing */
function samGeometry(tensors: readonly TensorHeading[]): SamGeometry {
  const shapes = shapesOf(tensors) ?? new Map<string, readonly number[]>();
  const layers = countBlocks(shapes);
  const [hiddenSize, , patchSize] = sizes(shapes, 'patch_embed.proj.weight', 4);
  const [, grid] = sizes(shapes, 'pos_embed', 4);
  const [mlpSize] = sizes(shapes, 'blocks.0.mlp.lin1.weight', 2);
  const [neckSize] = sizes(shapes, 'neck.0.weight', 4);
  const tables = Array.from({ length: layers }, (_, block) =>
    sizes(shapes, `blocks.${block}.attn.rel_pos_h`, 2),
  );
  const sides = tables.map(([rows]) => (rows + 1) / 2);
  const windowSize = Math.min(...sides);
  const [, headSize = 1] = tables[0] ?? [];
  if (!sides.every(Number.isInteger) || hiddenSize % headSize !== 0) {
    throw new ConsiliumError(
      'bad-backbone',
      'backbone: the tensors blocks.*.attn.rel_pos_h have shapes that no model of Segment Anything has',
    );
  }
  return {
    architecture: 'sam',
    hiddenSize,
    layers,
    heads: hiddenSize / headSize,
    mlpSize,
    imageSize: grid * patchSize,
    patchSize,
    channels: 3,
    layerNormEps: encodeFloat(EPSILON),
    activation: 'gelu',
    windowSize,
    globalBlocks: sides.flatMap((side, block) => (side === windowSize ? [] : [block])),
    absolutePositions: true,
    relativePositions: true,
    qkvBias: shapes.has('blocks.0.attn.qkv.bias'),
    neckSize,
  };
}

function countBlocks(shapes: ReadonlyMap<string, unknown>): number {
  let layers = 0;
  while (shapes.has(`blocks.${layers}.attn.rel_pos_h`)) {
    layers += 1;
  }
  return layers;
}

type Sizes = readonly [number, number, number, number];

function sizes(shapes: ReadonlyMap<string, readonly number[]>, name: string, axes: number): Sizes {
  const shape = shapes.get(name);
  if (shape?.length !== axes) {
    const found =
      shape === undefined ? 'is missing' : `has ${shape.length} axes instead of ${axes}`;
    throw new ConsiliumError('bad-backbone', `backbone: the tensor ${name} ${found}`);
  }
  const [first = 0, second = 0, third = 0, fourth = 0] = shape;
  return [first, second, third, fourth];
}
