/** Batches of one shape: what is captured for the first serves all. */
import * as tf from '@tensorflow/tfjs-core';

/**
 * Blank pictures behind those of a batch. Frees x where another tensor takes its place.
 * @param x [pictures x rows, columns]
 * @returns [wanted x rows, columns]
 */
export function padPictures(x: tf.Tensor2D, pictures: number, wanted: number): tf.Tensor2D {
  if (pictures === wanted) {
    return x;
  }
  const rows = x.shape[0] / pictures;
  const padded = tf.pad(x, [
    [0, rows * (wanted - pictures)],
    [0, 0],
  ]);
  x.dispose();
  return padded;
}
