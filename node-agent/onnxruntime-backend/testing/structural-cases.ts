/** Kernels that multiply, move, choose or normalise. */
import * as tf from '@tensorflow/tfjs-core';
import { numbers } from './backends.js';
import { bools, type Case, ints, positive, run } from './kernel-case.js';

const image = (): tf.Tensor4D => numbers([2, 6, 5, 3]) as tf.Tensor4D;
const filter = (): tf.Tensor4D => numbers([3, 2, 3, 4], 2) as tf.Tensor4D;
export const structuralCases: readonly Case[] = [
  ['BatchMatMul', 'plain', () => tf.matMul(numbers([3, 4]), numbers([4, 2]))],
  [
    'BatchMatMul',
    'both transposed',
    () => tf.matMul(numbers([2, 4, 3]), numbers([2, 2, 4]), true, true),
  ],
  [
    'BatchMatMul',
    'one batch for all',
    () => tf.matMul(numbers([2, 3, 3, 4]), numbers([1, 3, 4, 2])),
  ],
  [
    'BatchMatMul',
    'a matrix for every batch',
    () => tf.matMul(numbers([2, 3, 4]), numbers([5, 4]), false, true),
  ],
  [
    '_FusedMatMul',
    'bias and relu',
    () =>
      tf.fused.matMul({
        a: numbers([3, 4]),
        b: numbers([4, 2]),
        bias: numbers([2]),
        activation: 'relu',
      }),
  ],
  [
    '_FusedMatMul',
    'no bias',
    () => tf.fused.matMul({ a: numbers([3, 4]), b: numbers([2, 4]), transposeB: true }),
  ],
  ['Conv2D', 'same, stride 2', () => tf.conv2d(image(), filter(), 2, 'same')],
  ['Conv2D', 'dilated', () => tf.conv2d(image(), filter(), 1, 'same', 'NHWC', 2)],
  ['Conv2D', 'valid', () => tf.conv2d(image(), filter(), [2, 1], 'valid')],
  ...(['same', 'valid', 1] as const).flatMap((pad): Case[] =>
    [1, 2, 3].flatMap((stride): Case[] => {
      const attrs = { strides: stride, pad, dataFormat: 'NHWC' };
      const dy = (): tf.Tensor => {
        const { outShape } = tf.backend_util.computeConv2DInfo(
          [2, 6, 5, 3],
          [3, 2, 3, 4],
          stride,
          1,
          pad,
        );
        return numbers(outShape, 3);
      };
      return [
        [
          'Conv2DBackpropInput',
          `${pad}, stride ${stride}`,
          () =>
            run(
              'Conv2DBackpropInput',
              { dy: dy(), filter: filter() },
              { ...attrs, inputShape: [2, 6, 5, 3] },
            ),
        ],
        [
          'Conv2DBackpropFilter',
          `${pad}, stride ${stride}`,
          () =>
            run(
              'Conv2DBackpropFilter',
              { dy: dy(), x: image() },
              { ...attrs, filterShape: [3, 2, 3, 4] },
            ),
        ],
      ];
    }),
  ),
  ['Transpose', 'three axes', () => tf.transpose(numbers([2, 3, 4]), [2, 0, 1])],
  ['Transpose', 'of integers', () => tf.transpose(ints([1, 2, 3, 4], [2, 2]))],
  ['Slice', 'the middle', () => tf.slice(numbers([4, 5]), [1, 2], [2, -1])],
  ['Slice', 'of bools', () => tf.slice(bools([1, 0, 1]), [1], [2])],
  [
    'StridedSlice',
    'every second',
    () => tf.stridedSlice(numbers([4, 5, 3]), [0, 1, 2], [4, 5, 3], [2, 2, 1]),
  ],
  ['Reverse', 'two axes', () => tf.reverse(numbers([2, 3, 2]), [0, 1])],
  [
    'Concat',
    'three along the last axis',
    () => tf.concat([numbers([2, 1]), numbers([2, 3]), numbers([2, 2])], -1),
  ],
  ['Concat', 'of integers', () => tf.concat([ints([1, 2]), ints([3])])],
  ['SplitV', 'unequal', () => tf.split(numbers([2, 6]), [1, 2, 3], 1)],
  ['SplitV', 'equal, first axis', () => tf.split(numbers([4, 2]), 2)],
  ['Slice', 'nothing', () => tf.slice(numbers([2, 3]), [1, 0], [0, 3])],
  [
    'Concat',
    'with empty tensors',
    () => tf.concat([tf.zeros([2, 0]), numbers([2, 1]), numbers([2, 2])], 1),
  ],
  ['Concat', 'all but one empty', () => tf.concat([tf.zeros([2, 0]), numbers([2, 1])], 1)],
  ['SplitV', 'with an empty part', () => tf.split(numbers([2, 6]), [0, 2, 4], 1)],
  ['SplitV', 'all but one empty', () => tf.split(numbers([2, 6]), [0, 6], 1)],
  ['Pack', 'a middle axis', () => tf.stack([numbers([2, 3]), numbers([2, 3], 2)], 1)],
  ['Unpack', 'last axis', () => tf.unstack(numbers([2, 3]), 1)],
  ['Unpack', 'of one', () => tf.unstack(numbers([1, 3]))],
  [
    'PadV2',
    'a number',
    () =>
      tf.pad(
        numbers([2, 3]),
        [
          [1, 0],
          [0, 2],
        ],
        0.5,
      ),
  ],
  [
    'MirrorPad',
    'reflect',
    () =>
      tf.mirrorPad(
        numbers([3, 4]),
        [
          [1, 2],
          [2, 0],
        ],
        'reflect',
      ),
  ],
  ['Tile', 'two axes', () => tf.tile(numbers([2, 3]), [2, 2])],
  ['GatherV2', 'rows, repeated', () => tf.gather(numbers([4, 2]), ints([3, 0, 3, 1], [2, 2]))],
  ['GatherV2', 'columns', () => tf.gather(numbers([2, 4]), ints([3, 0]), 1)],
  ['OneHot', 'as floats', () => tf.oneHot(ints([1, 0, 2]), 3, 0.9, 0.1, 'float32')],
  ['OneHot', 'an index outside', () => tf.oneHot(ints([1, -1, 5]), 3)],
  [
    'UnsortedSegmentSum',
    'repeated ids',
    () => tf.unsortedSegmentSum(numbers([4, 2]), tf.tensor1d([2, 0, 2, 2], 'int32'), 3),
  ],
  ['Fill', 'a number', () => tf.fill([2, 2], 0.5)],
  ['ZerosLike', 'integers', () => tf.zerosLike(ints([3]))],
  ['OnesLike', 'floats', () => tf.onesLike(numbers([3]))],
  ['Identity', 'a clone', () => tf.clone(numbers([3]))],
  ['Reshape', 'flat', () => tf.reshape(numbers([2, 3]), [-1])],
  ['ExpandDims', 'in front of the last', () => tf.expandDims(numbers([2, 3]), -2)],
  ['Softmax', 'rows', () => tf.softmax(numbers([2, 3, 4]))],
  [
    'FusedBatchNorm',
    'all four',
    () =>
      tf.batchNorm(
        numbers([2, 3]),
        numbers([3], 2),
        positive([3]),
        numbers([3], 3),
        numbers([3], 4),
      ),
  ],
  [
    'FusedBatchNorm',
    'without scale and offset',
    () => tf.batchNorm(numbers([2, 3]), numbers([3], 2), positive([3])),
  ],
];
