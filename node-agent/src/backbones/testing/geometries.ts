/** Small geometries that together have every option of a vision transformer, and numbers for their parameters. */
import { encodeFloat } from '@consilium/shared/encoding';
import { backboneParameters, PLAIN_VIT, type VitGeometry } from '@consilium/shared/protocol';
import { shapeSize, type Tensor } from '@consilium/shared/tensors';

const SMALL = {
  ...PLAIN_VIT,
  hiddenSize: 8,
  layers: 2,
  heads: 2,
  mlpSize: 12,
  imageSize: 8,
  patchSize: 4,
  layerNormEps: encodeFloat(1e-6),
} as const satisfies VitGeometry;

const NO_BIASES = { query: false, key: false, value: false, attentionOutput: false, mlp: false };

export const GEOMETRIES: Readonly<Record<string, VitGeometry>> = {
  plain: SMALL,
  'gated, scaled, with registers that have positions': {
    ...SMALL,
    activation: 'silu',
    feedForward: 'swiglu',
    registers: 2,
    positions: { kind: 'table', covers: 'all', interpolation: 'bicubic-antialiased' },
    queryKeyNorm: true,
    layerScale: true,
    pool: 'class-and-mean',
  },
  'normalised first and last, projected': {
    ...SMALL,
    activation: 'quick-gelu',
    patchBias: false,
    preNorm: true,
    finalNorm: 'pooled',
    projectionSize: 6,
  },
  'without class token, pooled by attention': {
    ...SMALL,
    activation: 'gelu-tanh',
    classToken: false,
    positions: { kind: 'table', covers: 'patches', interpolation: 'bicubic' },
    pool: 'attention',
    attentionPoolMlpSize: 10,
  },
  rotary: {
    ...SMALL,
    registers: 1,
    positions: { kind: 'rotary', theta: encodeFloat(100) },
    biases: { query: true, key: false, value: true, attentionOutput: true, mlp: true },
    layerScale: true,
    finalNorm: 'pooled-plain',
    pool: 'mean',
  },
  'nothing but blocks': {
    ...SMALL,
    classToken: false,
    positions: { kind: 'table', covers: 'patches', interpolation: 'bicubic-offset' },
    biases: NO_BIASES,
    finalNorm: 'none',
    pool: 'mean',
  },
};

/** Value j of parameter k in the list's order: 0.4 sin(0.7 + 0.37 k + 1.1 j), plus 1 for norms' weights and LayerScale. */
export function filledParameters(geometry: VitGeometry): Map<string, Tensor> {
  return new Map(
    backboneParameters(geometry).map(({ name, shape }, k) => {
      const level = /norm.*\.weight$|scale-/.test(name) ? 1 : 0;
      const value = (_: unknown, j: number) => level + 0.4 * Math.sin(0.7 + 0.37 * k + 1.1 * j);
      return [name, { shape, data: Float32Array.from({ length: shapeSize(shape) }, value) }];
    }),
  );
}
