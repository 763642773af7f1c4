/** Full tuning: the slope of every parameter, through every option, against finite differences. */
import * as tf from '@tensorflow/tfjs-core';
import type { VitGeometry } from '@consilium/shared/protocol';
import { startBackend } from '../../engine/testing/backends.js';
import { gradientError } from '../../engine/testing/finite-differences.js';
import { PIXELS, unadapted, type Backbone } from '../backbone.js';
import { filledParameters, GEOMETRIES } from '../testing/geometries.js';
import { recipeModel, recipePixels } from '../testing/recipe.js';

/** Another grid than the native one, so that the position table is resampled. */
const SIZE = { height: 12, width: 8 };

/** Of the largest slope of all parameters. */
const TOLERANCE = 1e-4;
/** Of the largest slope of all tokens. */
const INPUT_TOLERANCE = 1e-3;

/** A direction of length one in which a parameter is moved, without symmetries that would make its slope vanish. */
function direction(shape: readonly number[]): tf.Tensor {
  const size = tf.util.sizeFromShape([...shape]);
  const value = (_: unknown, j: number) => Math.sin(2 + 1.7 * j + 0.03 * j * j);
  const irregular = tf.tensor(Float32Array.from({ length: size }, value), [...shape]);
  return tf.div(irregular, tf.sqrt(tf.sum(tf.square(irregular))));
}

/** Numbers that depend on every feature of every picture. */
function weighed(features: tf.Tensor2D): tf.Tensor {
  return tf.mul(features, tf.reshape(direction(features.shape), features.shape));
}

/** The features when parameter i is moved in its direction by distance i. */
function moving(model: Backbone, x: tf.Tensor2D): (distances: tf.Tensor) => tf.Tensor {
  const names = [...model.parameters.keys()];
  const directions = [...model.parameters.values()].map(({ shape }) => direction(shape));
  return (distances) =>
    weighed(
      model.features(x, PIXELS, {
        ...unadapted,
        parameter: (name, frozen) => {
          const i = names.indexOf(name);
          const way = directions[i] as tf.Tensor;
          return tf.add(frozen, tf.mul(way, tf.slice(distances, [i], [1])));
        },
      }),
    );
}

describe.each(Object.entries(GEOMETRIES))('%s', (_, geometry: VitGeometry) => {
  let model: Backbone;

  beforeAll(async () => {
    await startBackend('wasm');
    model = recipeModel(filledParameters(geometry), geometry, SIZE);
  });

  afterAll(() => model.dispose());

  it('has the slope of finite differences towards every parameter', () => {
    const x = model.trunk(recipePixels(SIZE), PIXELS);
    const distances = tf.zeros([model.parameters.size]);
    expect(gradientError(moving(model, x), distances)).toBeLessThan(TOLERANCE);
  });

  it.each([0, 1])('has the slope of finite differences towards the input of block %i', (level) => {
    const x = model.trunk(recipePixels(SIZE), level);
    const way = tf.mul(direction(x.shape), 8);
    const compute = (distances: tf.Tensor) => {
      const moved: tf.Tensor2D = tf.add(x, tf.mul(way, distances)); // each token by its own
      return weighed(model.features(moved, level, unadapted));
    };
    expect(gradientError(compute, tf.zeros([x.shape[0], 1]))).toBeLessThan(INPUT_TOLERANCE);
  });
});
