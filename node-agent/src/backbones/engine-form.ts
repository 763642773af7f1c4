/**
 * How the engine holds a parameter, by its name and shape in the shared list:
 *
 * - the weight of a linear layer [out, in] as [in, out], as it is multiplied;
 * - the weight of the patch embedding [width, channels, patch, patch] as the matrix [patch x patch x channels, width], since a
 *   convolution without overlap is a product;
 * - the weight of any other convolution [out, in, rows, columns] as a filter [rows, columns, in, out];
 * - everything else as listed.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@consilium/shared/tensors';

/** A tensor of the listed shape, such as a trained change, turned; the way back of its gradient is turned as well. */
export function toEngineForm<T extends tf.Tensor>(name: string, listed: tf.Tensor): T {
  switch (kindOf(name, listed.shape)) {
    case 'linear':
      return tf.transpose(listed) as T;
    case 'patch':
      return tf.reshape(tf.transpose(listed, FILTER), [-1, listed.shape[0] ?? 0]) as T;
    case 'convolution':
      return tf.transpose(listed, FILTER) as T;
    case 'as listed':
      return listed as T;
  }
}

/** Values of the listed shape, turned: what `toEngineForm` gives, without the engine. */
export function engineValues(name: string, listed: Tensor): Tensor {
  const [outputs = 1, inputs = 1, rows = 1, columns = 1] = listed.shape;
  switch (kindOf(name, listed.shape)) {
    case 'linear':
      return { shape: [inputs, outputs], data: transposed(listed.data, outputs, inputs) };
    case 'patch':
      return { shape: [rows * columns * inputs, outputs], data: filter(listed) };
    case 'convolution':
      return { shape: [rows, columns, inputs, outputs], data: filter(listed) };
    case 'as listed':
      return listed;
  }
}

/** From [out, in, rows, columns] to [rows, columns, in, out]. */
const FILTER = [2, 3, 1, 0];

type Kind = 'linear' | 'patch' | 'convolution' | 'as listed';

function kindOf(name: string, shape: readonly number[]): Kind {
  if (name === 'patch.weight') {
    return 'patch';
  }
  if (!name.endsWith('.weight')) {
    return 'as listed';
  }
  switch (shape.length) {
    case 2:
      return 'linear';
    case 4:
      return 'convolution';
    default:
      return 'as listed';
  }
}

/** Two transpositions: [out, in, positions] -> [positions x in, out], position by position. */
function filter({ shape, data }: Tensor): Float32Array {
  const [outputs = 1, inputs = 1, rows = 1, columns = 1] = shape;
  const positions = rows * columns;
  const flat = transposed(data, outputs, inputs * positions); // [in x positions, out]
  const turned = new Float32Array(data.length);
  for (let input = 0; input < inputs; input += 1) {
    for (let position = 0; position < positions; position += 1) {
      const from = (input * positions + position) * outputs;
      turned.set(flat.subarray(from, from + outputs), (position * inputs + input) * outputs);
    }
  }
  return turned;
}

/** Side of the squares in which a matrix is turned: two of them fit the fastest cache. */
const SQUARE = 32;

/** [rows, columns] -> [columns, rows] */
function transposed(data: Float32Array, rows: number, columns: number): Float32Array {
  const turned = new Float32Array(data.length);
  for (let top = 0; top < rows; top += SQUARE) {
    const bottom = Math.min(top + SQUARE, rows);
    for (let left = 0; left < columns; left += SQUARE) {
      const right = Math.min(left + SQUARE, columns);
      turnSquare({ data, turned, rows, columns }, { top, bottom, left, right });
    }
  }
  return turned;
}

interface Turning {
  readonly data: Float32Array;
  readonly turned: Float32Array;
  readonly rows: number;
  readonly columns: number;
}

type Square = Readonly<Record<'top' | 'bottom' | 'left' | 'right', number>>;

function turnSquare({ data, turned, rows, columns }: Turning, square: Square): void {
  for (let row = square.top; row < square.bottom; row += 1) {
    for (let column = square.left; column < square.right; column += 1) {
      turned[column * rows + row] = data[row * columns + column] as number;
    }
  }
}
