/** Windows of patches, side by side from the top left corner; at the bottom and on the right they are filled up with zeros. */
import * as tf from '@tensorflow/tfjs-core';
import type { Grid } from './grid.js';

/**
 * W windows of s x s patches cover one picture.
 * @param x [batch x rows x columns, width], the tokens of each picture row by row
 * @returns [batch x W x s x s, width]
 */
export function intoWindows(x: tf.Tensor2D, { rows, columns }: Grid, side: number): tf.Tensor2D {
  const width = x.shape[1];
  const [down, across] = [Math.ceil(rows / side), Math.ceil(columns / side)];
  const wide = filledUp(tf.reshape(x, [-1, columns, width]), across * side);
  const whole = filledUp(tf.reshape(wide, [-1, rows, across * side * width]), down * side);
  const lines: tf.Tensor4D = tf.reshape(whole, [-1, side, across, side * width]);
  return tf.reshape(tf.transpose(lines, [0, 2, 1, 3]), [-1, width]);
}

/** The way back, without what was filled up: [batch x W x s x s, width] -> [batch x rows x columns, width] */
export function fromWindows(x: tf.Tensor2D, { rows, columns }: Grid, side: number): tf.Tensor2D {
  const width = x.shape[1];
  const [down, across] = [Math.ceil(rows / side), Math.ceil(columns / side)];
  const windows: tf.Tensor4D = tf.reshape(x, [-1, across, side, side * width]);
  const lines = tf.transpose(windows, [0, 2, 1, 3]);
  const whole: tf.Tensor3D = tf.reshape(lines, [-1, down * side, across * side * width]);
  const wide = tf.reshape(cut(whole, rows), [-1, across * side, width]);
  return tf.reshape(cut(wide as tf.Tensor3D, columns), [-1, width]);
}

/** Zeros behind the second axis, up to `length`. */
function filledUp(x: tf.Tensor, length: number): tf.Tensor3D {
  const [first = 0, second = 0, width = 0] = x.shape;
  return second === length
    ? (x as tf.Tensor3D)
    : tf.concat([x as tf.Tensor3D, tf.zeros([first, length - second, width])], 1);
}

/** The first `length` of the second axis. */
function cut(x: tf.Tensor3D, length: number): tf.Tensor3D {
  return x.shape[1] === length ? x : tf.slice(x, [0, 0, 0], [-1, length, -1]);
}
