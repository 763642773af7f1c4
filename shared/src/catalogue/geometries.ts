/**
 * The geometries that models share. Sizes: Dosovitskiy et al. 2020 table 1 (B, L, H), Touvron et al. 2021 (S), Oquab et al. 2023
 * (g, with SwiGLU), Zhai et al. 2023 and Alabdulmohsin et al. 2023 (SO400M).
 */
import { encodeFloat } from '../encoding/index.js';
import { PLAIN_VIT, type SamGeometry, type VitGeometry } from '../protocol/index.js';

type Size = Pick<VitGeometry, 'hiddenSize' | 'layers' | 'heads' | 'mlpSize'>;

export const SMALL: Size = { hiddenSize: 384, layers: 12, heads: 6, mlpSize: 1536 };
export const BASE: Size = { hiddenSize: 768, layers: 12, heads: 12, mlpSize: 3072 };
export const LARGE: Size = { hiddenSize: 1024, layers: 24, heads: 16, mlpSize: 4096 };
/** `mlpSize` is one half of the gated layer. */
export const GIANT: Size = { hiddenSize: 1536, layers: 40, heads: 24, mlpSize: 4096 };
export const SO400M: Size = { hiddenSize: 1152, layers: 27, heads: 16, mlpSize: 4304 };

/** Patches and pictures: `of(16, 224)` is patches of 16 pixels in pictures of 224. */
interface Grid {
  readonly patch: number;
  readonly image: number;
}

export function grid(patch: number, image: number): Grid {
  return { patch, image };
}

/** timm VisionTransformer: antialiased interpolation, norms with 1e-6. */
export function timmVit(
  size: Size,
  { patch, image }: Grid,
  own: Partial<VitGeometry> = {},
): VitGeometry {
  return {
    ...PLAIN_VIT,
    ...size,
    patchSize: patch,
    imageSize: image,
    layerNormEps: encodeFloat(1e-6),
    positions: table('class-and-patches', 'bicubic-antialiased'),
    ...own,
  };
}

/** timm, LayerScale, registers without positions: the DINOv2 and H-optimus files. */
export function timmWithRegisters(
  size: Size,
  at: Grid,
  registers: number,
  own: Partial<VitGeometry> = {},
): VitGeometry {
  const positions = table('patches', 'bicubic-antialiased');
  return timmVit(size, at, { layerScale: true, registers, positions, ...own });
}

/** transformers ViTModel and ViTMAEModel. */
export function huggingFaceVit(size: Size, { patch, image }: Grid): VitGeometry {
  return {
    ...PLAIN_VIT,
    ...size,
    patchSize: patch,
    imageSize: image,
    layerNormEps: encodeFloat(1e-12),
  };
}

/** transformers Dinov2Model. */
export function dinov2(size: Size, at: Grid, own: Partial<VitGeometry> = {}): VitGeometry {
  return {
    ...huggingFaceVit(size, at),
    layerNormEps: encodeFloat(1e-6),
    layerScale: true,
    ...own,
  };
}

/** transformers Dinov2WithRegistersModel: four registers. */
export function dinov2WithRegisters(
  size: Size,
  at: Grid,
  own: Partial<VitGeometry> = {},
): VitGeometry {
  const positions = table('class-and-patches', 'bicubic-antialiased');
  return dinov2(size, at, { registers: 4, positions, ...own });
}

/** transformers DINOv3ViTModel: turned queries and keys, four registers, no bias on keys. */
export function dinov3(size: Size, at: Grid): VitGeometry {
  return {
    ...huggingFaceVit(size, at),
    layerNormEps: encodeFloat(1e-5),
    layerScale: true,
    registers: 4,
    positions: { kind: 'rotary', theta: encodeFloat(100) },
    biases: { ...PLAIN_VIT.biases, key: false },
  };
}

/** CLIP's image tower with its projection. */
export function clip(size: Size, at: Grid, projectionSize: number): VitGeometry {
  return {
    ...huggingFaceVit(size, at),
    layerNormEps: encodeFloat(1e-5),
    activation: 'quick-gelu',
    patchBias: false,
    preNorm: true,
    finalNorm: 'pooled',
    projectionSize,
  };
}

/** SigLIP's image tower: no class token, an attention pool. */
export function siglip(size: Size, at: Grid): VitGeometry {
  return {
    ...huggingFaceVit(size, at),
    layerNormEps: encodeFloat(1e-6),
    activation: 'gelu-tanh',
    classToken: false,
    positions: table('patches', 'bicubic'),
    pool: 'attention',
    attentionPoolMlpSize: size.mlpSize,
  };
}

/** A gated feed-forward layer: silu(gate) * up. @param mlpSize of one half */
export function swiglu(
  mlpSize: number,
): Pick<VitGeometry, 'activation' | 'feedForward' | 'mlpSize'> {
  return { activation: 'silu', feedForward: 'swiglu', mlpSize };
}

/** The image encoder of Segment Anything, base size. */
export const SAM_BASE: SamGeometry = {
  architecture: 'sam',
  ...BASE,
  imageSize: 1024,
  patchSize: 16,
  channels: 3,
  layerNormEps: encodeFloat(1e-6),
  activation: 'gelu',
  windowSize: 14,
  globalBlocks: [2, 5, 8, 11],
  absolutePositions: true,
  relativePositions: true,
  qkvBias: true,
  neckSize: 256,
};

/** Positions of all tokens, of registers too (Virchow2). */
export const ALL_PLACED: Pick<VitGeometry, 'positions'> = {
  positions: table('all', 'bicubic-antialiased'),
};

function table(
  covers: 'patches' | 'class-and-patches' | 'all',
  interpolation: 'bicubic' | 'bicubic-antialiased',
): VitGeometry['positions'] {
  return { kind: 'table', covers, interpolation };
}
