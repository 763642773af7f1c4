/** Tensors made from a number, and the same numbers under another shape. */
import {
  type ExpandDimsAttrs,
  type FillAttrs,
  type ReshapeAttrs,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core';
import { elementCount, isElementType, viewOf, BYTES_PER_ELEMENT } from '../onnx/element-types.js';
import type { OnnxruntimeBackend } from '../backend/backend.js';
import { type GraphKernel, kernel, type OneInput, viewKernel } from './kernel.js';

export const constantKernels: readonly GraphKernel[] = [
  kernel<object, FillAttrs>('Fill', ({ attrs: { shape, value, dtype }, backend }) => {
    const type = dtype ?? util.inferDtype(value);
    return typeof value === 'number' ? filled(backend, shape, type, value) : null;
  }),
  kernel<OneInput>('ZerosLike', ({ inputs: { x }, backend }) =>
    filled(backend, x.shape, x.dtype, 0),
  ),
  kernel<OneInput>('OnesLike', ({ inputs: { x }, backend }) =>
    filled(backend, x.shape, x.dtype, 1),
  ),
  viewKernel<OneInput>('Identity', ({ inputs: { x }, backend }) => view(backend, x, x.shape)),
  viewKernel<OneInput, ReshapeAttrs>('Reshape', ({ inputs: { x }, attrs, backend }) => {
    const shape = util.inferFromImplicitShape(attrs.shape, elementCount(x.shape));
    return view(backend, x, shape);
  }),
  viewKernel<{ input: TensorInfo }, ExpandDimsAttrs>(
    'ExpandDims',
    ({ inputs: { input }, attrs: { dim }, backend }) => {
      const at = dim < 0 ? input.shape.length + dim + 1 : dim;
      return view(backend, input, [...input.shape.slice(0, at), 1, ...input.shape.slice(at)]);
    },
  ),
];

function view(backend: OnnxruntimeBackend, x: TensorInfo, shape: number[]): TensorInfo | null {
  return backend.recorder === null ? null : backend.recorder.view(x, shape);
}

function filled(
  backend: OnnxruntimeBackend,
  shape: number[],
  dtype: string,
  value: number,
): TensorInfo | null {
  if (!isElementType(dtype)) {
    return null;
  }
  const values = viewOf(new ArrayBuffer(elementCount(shape) * BYTES_PER_ELEMENT[dtype]), dtype);
  if (value !== 0) {
    values.fill(value);
  }
  return backend.makeTensorInfo(shape, dtype, values);
}
