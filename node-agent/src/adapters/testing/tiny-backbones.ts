/** Backbones for the contract suite: each of another family, small, every parameter filled by one formula. */
import * as tf from '@tensorflow/tfjs-core';
import { contentHash } from '@consilium/shared/crypto';
import { encodeFloat } from '@consilium/shared/encoding';
import {
  backboneParameters,
  PLAIN_VIT,
  type BackboneDescription,
  type BackboneGeometry,
  type SamGeometry,
  type VitGeometry,
} from '@consilium/shared/protocol';
import { shapeSize, type Tensor, type TensorSet } from '@consilium/shared/tensors';
import type { Backbone } from '../../backbones/backbone.js';
import { engineValues } from '../../backbones/engine-form.js';
import { buildBackbone } from '../../backbones/registry.js';

const SIZES = {
  hiddenSize: 8,
  layers: 2,
  heads: 2,
  mlpSize: 12,
  imageSize: 8,
  patchSize: 4,
  channels: 3,
  layerNormEps: encodeFloat(1e-6),
} as const;

const PLAIN: VitGeometry = { ...PLAIN_VIT, ...SIZES };

const SAM: SamGeometry = {
  architecture: 'sam',
  ...SIZES,
  imageSize: 12,
  activation: 'gelu',
  windowSize: 2,
  globalBlocks: [1],
  absolutePositions: true,
  relativePositions: true,
  qkvBias: true,
  neckSize: 6,
};

/** What the methods must be able to deal with, by the family that has it. */
export const GEOMETRIES: Readonly<Record<string, BackboneGeometry>> = {
  'plain vit': PLAIN,
  'vit, mean of the patches': { ...PLAIN, pool: 'mean', finalNorm: 'pooled' },
  'dinov2 with registers': {
    ...PLAIN,
    registers: 3,
    layerScale: true,
    feedForward: 'swiglu',
    activation: 'silu',
    pool: 'class-and-mean',
  },
  clip: {
    ...PLAIN,
    patchBias: false,
    preNorm: true,
    activation: 'quick-gelu',
    finalNorm: 'pooled',
    projectionSize: 5,
  },
  siglip: {
    ...PLAIN,
    classToken: false,
    positions: { kind: 'table', covers: 'patches', interpolation: 'bicubic' },
    activation: 'gelu-tanh',
    pool: 'attention',
    attentionPoolMlpSize: 12,
  },
  dinov3: {
    ...PLAIN,
    registers: 2,
    layerScale: true,
    queryKeyNorm: true,
    biases: { ...PLAIN.biases, key: false },
    positions: { kind: 'rotary', theta: encodeFloat(100) },
  },
  sam: SAM,
};

/** The parameters of the shared list as listed: 0.2 sin(0.7 + 0.37 k + 0.11 j), plus 1 for scales. */
export function tinyParameters(geometry: BackboneGeometry): Map<string, Tensor> {
  return new Map(
    backboneParameters(geometry).map(({ name, shape }, k) => {
      const isScale = /norm[a-z-]*\.weight$|scale-/.test(name);
      const value = (j: number) => 0.2 * Math.sin(0.7 + 0.37 * k + 0.11 * j) + (isScale ? 1 : 0);
      const length = shapeSize(shape);
      return [name, { shape, data: Float32Array.from({ length }, (_, j) => value(j)) }];
    }),
  );
}

/** A backbone of the engine that runs; whoever calls disposes of it. */
export function openTiny(geometry: BackboneGeometry, parameters: TensorSet): Backbone {
  const tensors = [...parameters].map(([name, listed]): [string, tf.Tensor] => {
    const { shape, data } = engineValues(name, listed);
    return [name, tf.tensor(data, [...shape])];
  });
  return buildBackbone(describe(geometry), new Map(tensors));
}

/** sin(0.37 j): [pictures, size, size, 3] */
export function tinyPixels({ imageSize }: BackboneGeometry, pictures: number): tf.Tensor4D {
  const length = pictures * imageSize * imageSize * 3;
  const values = Float32Array.from({ length }, (_, j) => Math.sin(0.37 * j));
  return tf.tensor4d(values, [pictures, imageSize, imageSize, 3]);
}

function describe(geometry: BackboneGeometry): BackboneDescription {
  const { imageSize } = geometry;
  return {
    hash: contentHash(new Uint8Array()),
    geometry,
    preprocessing: {
      resize: { kind: 'exact', height: imageSize, width: imageSize },
      resample: 'bilinear',
      resizes: 'bytes',
      rescale: encodeFloat(1 / 255),
      mean: [0, 0, 0].map(encodeFloat),
      std: [1, 1, 1].map(encodeFloat),
    },
    parameters: 1,
  };
}
