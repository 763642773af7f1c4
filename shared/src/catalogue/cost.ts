/**
 * What a backbone costs by its geometry alone: floating point operations and memory. Estimates for people who choose a machine;
 * matrix products count, everything else is small beside them.
 */
import {
  backboneParameters,
  type BackboneGeometry,
  type ImageSize,
  type SamGeometry,
  type VitGeometry,
} from '../protocol/index.js';
import { shapeSize } from '../tensors/index.js';

const FLOAT_BYTES = 4;
/** A multiplication and an addition. */
const PER_PRODUCT = 2;

/** Numbers that the backbone holds. */
export function parameterCount(geometry: BackboneGeometry): number {
  return backboneParameters(geometry).reduce((sum, { shape }) => sum + shapeSize(shape), 0);
}

/** Floating point operations of one picture on its way to the feature. @param size of the input, in pixels */
export function forwardOperations(geometry: BackboneGeometry, size: ImageSize): number {
  switch (geometry.architecture) {
    case 'vit':
      return PER_PRODUCT * vitProducts(geometry, size);
    case 'sam':
      return PER_PRODUCT * samProducts(geometry, size);
  }
}

/** Bytes of the weights in the engine, and of the largest of them once more while it is read. */
export function loadBytes(geometry: BackboneGeometry): number {
  const sizes = backboneParameters(geometry).map(({ shape }) => shapeSize(shape));
  return FLOAT_BYTES * (sizes.reduce((sum, size) => sum + size, 0) + Math.max(...sizes));
}

/**
 * Bytes of the activations that one picture leaves behind for the way back through all blocks, frozen weights not counted:
 * inputs of norms, layers and activations, and the attention table before and after its softmax.
 */
export function activationBytes(geometry: BackboneGeometry, size: ImageSize): number {
  const { hiddenSize, mlpSize, heads, layers } = geometry;
  const tokens = tokenCount(geometry, size);
  const gated = geometry.architecture === 'vit' && geometry.feedForward === 'swiglu';
  const perToken = 10 * hiddenSize + (gated ? 4 : 3) * mlpSize;
  const attended = attendedTokens(geometry, size);
  const tables = attended.reduce((sum, others) => sum + 2 * heads * tokens * others, 0);
  return FLOAT_BYTES * (layers * tokens * perToken + tables);
}

function vitProducts(geometry: VitGeometry, size: ImageSize): number {
  const { hiddenSize, mlpSize, feedForward, patchSize, projectionSize } = geometry;
  const tokens = tokenCount(geometry, size);
  const perBlock = 4 * hiddenSize ** 2 + (feedForward === 'swiglu' ? 3 : 2) * hiddenSize * mlpSize;
  const pool = geometry.attentionPoolMlpSize === undefined ? 0 : 2 * tokens * hiddenSize ** 2;
  return (
    patchCount(geometry, size) * hiddenSize * 3 * patchSize ** 2 +
    geometry.layers * tokens * perBlock +
    attentionProducts(geometry, size) +
    pool +
    (projectionSize ?? 0) * hiddenSize
  );
}

/** Windows that reach over the edge are filled up, and what fills them is computed too. */
function samProducts(geometry: SamGeometry, size: ImageSize): number {
  const { hiddenSize, mlpSize, patchSize, neckSize } = geometry;
  const tokens = patchCount(geometry, size);
  const inWindows = attendedTokens(geometry, size).map((others) =>
    others === tokens ? tokens : filledWindows(geometry, size) * others,
  );
  const attention = inWindows.reduce((sum, rows) => sum + rows * 4 * hiddenSize ** 2, 0);
  return (
    tokens * hiddenSize * 3 * patchSize ** 2 +
    attention +
    geometry.layers * tokens * 2 * hiddenSize * mlpSize +
    attentionProducts(geometry, size) +
    tokens * neckSize * (hiddenSize + 9 * neckSize)
  );
}

function filledWindows({ patchSize, windowSize }: SamGeometry, size: ImageSize): number {
  const along = (pixels: number) => Math.ceil(Math.floor(pixels / patchSize) / windowSize);
  return along(size.height) * along(size.width);
}

/** Scores and their use: twice tokens x tokens x width in every block. */
function attentionProducts(geometry: BackboneGeometry, size: ImageSize): number {
  const tokens = tokenCount(geometry, size);
  return attendedTokens(geometry, size).reduce(
    (sum, others) => sum + 2 * tokens * others * geometry.hiddenSize,
    0,
  );
}

/** How many tokens each token looks at, block by block. */
function attendedTokens(geometry: BackboneGeometry, size: ImageSize): number[] {
  const tokens = tokenCount(geometry, size);
  return Array.from({ length: geometry.layers }, (_, block) =>
    geometry.architecture === 'sam' && !geometry.globalBlocks.includes(block)
      ? geometry.windowSize ** 2
      : tokens,
  );
}

function tokenCount(geometry: BackboneGeometry, size: ImageSize): number {
  const prefix =
    geometry.architecture === 'vit' ? Number(geometry.classToken) + geometry.registers : 0;
  return prefix + patchCount(geometry, size);
}

function patchCount({ patchSize }: BackboneGeometry, { height, width }: ImageSize): number {
  return Math.floor(height / patchSize) * Math.floor(width / patchSize);
}
