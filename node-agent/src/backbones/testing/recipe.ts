/**
 * Models without files: every tensor of a library's file is filled by one formula, from its place among the sorted names. The
 * same recipe in Python made the expected numbers of the specs.
 */
import * as tf from '@tensorflow/tfjs-core';
import { contentHash } from '@consilium/shared/crypto';
import { encodeFloat } from '@consilium/shared/encoding';
import type { BackboneDescription, BackboneGeometry, ImageSize } from '@consilium/shared/protocol';
import { shapeSize, type Tensor } from '@consilium/shared/tensors';
import type { Backbone } from '../backbone.js';
import { engineValues } from '../engine-form.js';
import type { Layout, TensorHeading } from '../layouts/layout.js';
import { buildBackbone } from '../registry.js';

/** Value j of tensor k, in the order of the sorted names: 0.2 sin(0.7 + 0.37 k + 0.11 j), plus 1 for scales. */
function filled({ name, shape }: TensorHeading, k: number): Float32Array {
  const isScale = (shape.length === 1 && name.endsWith('.weight')) || name.includes('lambda1');
  return Float32Array.from(
    { length: shapeSize(shape) },
    (_, j) => 0.2 * Math.sin(0.7 + 0.37 * k + 0.11 * j) + (isScale ? 1 : 0),
  );
}

/**
 * The parameters of the shared list, as listed.
 * @param others names of tensors in the file that the layout ignores: they count among the sorted names
 */
export function recipeParameters(
  layout: Layout,
  geometry: BackboneGeometry,
  others: readonly string[] = [],
): Map<string, Tensor> {
  const places = layout.places(geometry);
  const names = [...new Set([...places.map(({ tensor }) => tensor.name), ...others])].sort();
  return new Map(
    places.map(({ name, shape, tensor, part = { index: 0, parts: 1 } }) => {
      const values = filled(tensor, names.indexOf(tensor.name));
      const size = values.length / part.parts;
      return [name, { shape, data: values.slice(part.index * size, (part.index + 1) * size) }];
    }),
  );
}

/** A description whose preprocessing makes pictures of a size. */
export function describe(geometry: BackboneGeometry, size: ImageSize): BackboneDescription {
  return {
    hash: contentHash(new Uint8Array()),
    geometry,
    preprocessing: {
      resize: { kind: 'exact', ...size },
      resample: 'bilinear',
      resizes: 'bytes',
      rescale: encodeFloat(1 / 255),
      mean: [0, 0, 0].map(encodeFloat),
      std: [1, 1, 1].map(encodeFloat),
    },
    parameters: 1,
  };
}

/** The recipe's model in the engine that runs. */
export function recipeModel(
  parameters: ReadonlyMap<string, Tensor>,
  geometry: BackboneGeometry,
  size: ImageSize,
): Backbone {
  const tensors = [...parameters].map(([name, listed]): [string, tf.Tensor] => {
    const { shape, data } = engineValues(name, listed);
    return [name, tf.tensor(data, [...shape])];
  });
  return buildBackbone(describe(geometry, size), new Map(tensors));
}

/** sin(0.05 j) for value j of [batch, 3, height, width], as Python fills it, in the engine's order [batch, height, width, 3]. */
export function recipePixels({ height, width }: ImageSize, batch = 1): tf.Tensor4D {
  const values = Float32Array.from({ length: batch * 3 * height * width }, (_, j) =>
    Math.sin(0.05 * j),
  );
  return tf.tidy(() => tf.transpose(tf.tensor4d(values, [batch, 3, height, width]), [0, 2, 3, 1]));
}
