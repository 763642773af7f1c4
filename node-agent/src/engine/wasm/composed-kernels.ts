/**
 * Kernels that training needs and the wasm backend lacks, composed of operations it has. tfjs records nothing inside a kernel,
 * so these cost no tape.
 */
import * as tf from '@tensorflow/tfjs-core';

export const composedKernels: readonly tf.KernelConfig[] = [
  {
    kernelName: tf.UnsortedSegmentSum,
    backendName: 'wasm',
    kernelFunc: ({ inputs, attrs }) =>
      tf.tidy(() => {
        const { x, segmentIds } = inputs as Record<'x' | 'segmentIds', tf.Tensor>;
        const { numSegments } = attrs as { numSegments: number };
        const indices = tf.expandDims<tf.Tensor2D>(segmentIds, 1);
        return tf.scatterND(indices, x, [numSegments, ...x.shape.slice(1)]);
      }),
  },
  {
    kernelName: tf.Conv2DBackpropFilter,
    backendName: 'wasm',
    kernelFunc: ({ inputs, attrs }) =>
      tf.tidy(() => {
        const { x, dy } = inputs as Record<'x' | 'dy', tf.Tensor4D>;
        return filterGradient(x, dy, attrs as ConvolutionAttrs);
      }),
  },
];

interface ConvolutionAttrs extends tf.NamedAttrMap {
  strides: number | [number, number];
  pad: 'same' | 'valid' | number;
  dataFormat: 'NHWC' | 'NCHW';
  dimRoundingMode: 'floor' | 'round' | 'ceil';
  filterShape: [number, number, number, number];
}

/**
 * One product for each position (i, j) of the filter: every value of x that met the position, transposed, times dy.
 * @param x [batch, height, width, in]
 * @param dy [batch, outHeight, outWidth, out]
 * @returns [filterHeight, filterWidth, in, out]
 */
function filterGradient(x: tf.Tensor4D, dy: tf.Tensor4D, attrs: ConvolutionAttrs): tf.Tensor {
  const { strides, pad, dataFormat, dimRoundingMode, filterShape } = attrs;
  if (dataFormat !== 'NHWC') {
    throw new Error(`the filter gradient of a convolution knows NHWC only, got ${dataFormat}`);
  }
  const info = tf.backend_util.computeConv2DInfo(
    x.shape,
    filterShape,
    strides,
    1,
    pad,
    dimRoundingMode,
  );
  const { top, bottom, left, right } = info.padInfo;
  const padded = tf.pad(x, [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ]);
  const [rows, columns, inputs, outputs] = filterShape;
  const gradients = tf.reshape(dy, [-1, outputs]);
  const products: tf.Tensor[] = [];
  for (let i = 0; i < rows; i += 1) {
    for (let j = 0; j < columns; j += 1) {
      const met = tf.stridedSlice(
        padded,
        [0, i, j, 0],
        [
          info.batchSize,
          i + (info.outHeight - 1) * info.strideHeight + 1,
          j + (info.outWidth - 1) * info.strideWidth + 1,
          inputs,
        ],
        [1, info.strideHeight, info.strideWidth, 1],
      );
      products.push(tf.matMul(tf.reshape(met, [-1, inputs]), gradients, true));
    }
  }
  return tf.reshape(tf.stack(products), filterShape);
}
