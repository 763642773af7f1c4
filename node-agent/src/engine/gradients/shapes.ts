/** Gradients of operations that move values without changing them. */
import * as tf from '@tensorflow/tfjs-core';
import { type Gradient, gradient, saved } from './gradient.js';

const INPUT = { inputsToSave: ['x'] };

export const shapeGradients: readonly Gradient[] = [
  gradient(tf.Identity, {}, (dy) => ({ x: () => tf.cast(dy, 'float32') })),
  gradient(tf.Cast, {}, (dy) => ({ x: () => tf.clone(dy) })),
  gradient(tf.Reshape, INPUT, (dy, kept) => ({
    x: () => tf.reshape(dy, saved(kept, 0).shape),
  })),
  gradient(tf.ExpandDims, { inputsToSave: ['input'] }, (dy, kept) => ({
    input: () => tf.reshape(dy, saved(kept, 0).shape),
  })),
  gradient(tf.Transpose, {}, (dy, _, attrs) => ({
    x: () => tf.transpose(dy, tf.backend_util.getUndoAxesPermutation(attrs['perm'] as number[])),
  })),
  gradient(tf.Slice, INPUT, (dy, kept, attrs) => ({
    x: () => {
      const { shape } = saved(kept, 0);
      const [begin, size] = tf.slice_util.parseSliceParams(
        saved(kept, 0),
        attrs['begin'] as number[],
        attrs['size'] as number[],
      ) as [number[], number[]];
      const around = shape.map((length, i): [number, number] => {
        const before = begin[i] ?? 0;
        return [before, length - before - (size[i] ?? 0)];
      });
      return tf.pad(dy, around);
    },
  })),
  gradient(tf.PadV2, INPUT, (dy, kept, attrs) => ({
    x: () => {
      const before = (attrs['paddings'] as [number, number][]).map(([begin]) => begin);
      return tf.slice(dy, before, saved(kept, 0).shape);
    },
  })),
  gradient(tf.Concat, { saveAllInputs: true }, (dy, kept, attrs) => {
    const [axis = 0] = tf.util.parseAxisParam(attrs['axis'] as number, saved(kept, 0).shape);
    const begins = kept.map((_, i) =>
      kept.slice(0, i).reduce((sum, { shape }) => sum + (shape[axis] ?? 0), 0),
    );
    return Object.fromEntries(
      kept.map(({ shape }, i) => {
        const begin = shape.map((_, d) => (d === axis ? (begins[i] ?? 0) : 0));
        return [String(i), () => tf.slice(dy, begin, shape)];
      }),
    );
  }),
  gradient(tf.Tile, INPUT, (dy, kept, attrs) => ({
    x: () => {
      const { shape } = saved(kept, 0);
      const split = shape.flatMap((size, i) => [(attrs['reps'] as number[])[i] ?? 1, size]);
      return tf.sum(
        tf.reshape(dy, split),
        shape.map((_, i) => 2 * i),
      );
    },
  })),
  gradient(tf.GatherV2, { inputsToSave: ['x', 'indices'] }, (dy, kept, attrs) => ({
    x: () => {
      const [x, indices] = [saved(kept, 0), saved(kept, 1)];
      if (tf.util.parseAxisParam(attrs['axis'] as number, x.shape)[0] !== 0) {
        throw new Error('no gradient for gather along an axis other than the first');
      }
      const rows = tf.reshape(dy, [indices.size, ...x.shape.slice(1)]);
      return tf.unsortedSegmentSum(rows, tf.reshape(indices, [indices.size]), x.shape[0] ?? 0);
    },
  })),
];
