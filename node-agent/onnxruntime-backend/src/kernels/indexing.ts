/** Operations whose indices are tensors. */
import {
  type GatherV2Attrs,
  type OneHotAttrs,
  type TensorInfo,
  type UnsortedSegmentSumAttrs,
  util,
} from '@tensorflow/tfjs-core';
import type { OnnxruntimeBackend } from '../backend/backend.js';
import { ELEMENT_CODE, elementCount, isElementType } from '../onnx/element-types.js';
import { areFloats, commonType, type GraphKernel, kernel, single } from './kernel.js';

export const indexingKernels: readonly GraphKernel[] = [
  kernel<{ x: TensorInfo; indices: TensorInfo }, GatherV2Attrs>(
    'GatherV2',
    ({ inputs: { x, indices }, attrs, backend }) => {
      const type = commonType([x]);
      if (type === null || commonType([indices]) !== 'int32' || attrs.batchDims !== 0) {
        return null;
      }
      const [axis = 0] = util.parseAxisParam(attrs.axis, x.shape);
      if (!within(backend, indices, x.shape[axis] ?? 0)) {
        return null; // tfjs's own kernel says what is wrong in its own words.
      }
      const shape = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)];
      const key = `Gather|${type}|${axis}`;
      return single(backend, key, [x, indices], [shape, type], (graph, ...names) =>
        graph.op('Gather', names, { axis }),
      );
    },
  ),
  kernel<{ indices: TensorInfo }, OneHotAttrs>(
    'OneHot',
    ({ inputs: { indices }, attrs, backend }) => {
      const { depth, onValue, offValue, dtype } = attrs;
      if (commonType([indices]) !== 'int32' || !isElementType(dtype)) {
        return null;
      }
      if (!within(backend, indices, depth)) {
        return null; // ONNX counts negative indices from the end, tfjs gives a row without a one.
      }
      const key = `OneHot|${depth}|${onValue}|${offValue}|${dtype}`;
      return single(
        backend,
        key,
        [indices],
        [[...indices.shape, depth], dtype],
        (graph, a = '') => {
          const size = graph.constant('int32', [1], Int32Array.of(depth));
          const values = graph.constant('float32', [2], Float32Array.of(offValue, onValue));
          const rows = graph.op('OneHot', [a, size, values], { axis: -1 });
          return graph.op('Cast', [rows], { to: ELEMENT_CODE[dtype] });
        },
      );
    },
  ),
  kernel<{ x: TensorInfo; segmentIds: TensorInfo }, UnsortedSegmentSumAttrs>(
    'UnsortedSegmentSum',
    ({ inputs: { x, segmentIds }, attrs: { numSegments }, backend }) => {
      const ids = commonType([segmentIds]);
      if (!areFloats(x) || ids !== 'int32' || segmentIds.shape.length !== 1) {
        return null;
      }
      if (!within(backend, segmentIds, numSegments)) {
        return null; // tfjs drops such rows.
      }
      const shape = [numSegments, ...x.shape.slice(1)];
      const integers = [shape, [elementCount(segmentIds.shape), 1]];
      return single(
        backend,
        'SegmentSum',
        [x, segmentIds],
        [shape, 'float32'],
        (graph, values = '', rows = '', whole = '', column = '') => {
          const zeros = graph.op('Expand', [graph.scalar(0), whole]);
          const long = graph.op('Cast', [rows], { to: ELEMENT_CODE.int64 });
          const places = graph.op('Reshape', [long, column]);
          return graph.op('ScatterND', [zeros, places, values], { reduction: 'add' });
        },
        { integers },
      );
    },
  ),
];

/** Whether every index is at least 0 and below the size; while capturing there are no values, and onnxruntime checks at run time. */
function within(backend: OnnxruntimeBackend, indices: TensorInfo, size: number): boolean {
  return (
    backend.recorder !== null ||
    backend.valuesOf(indices).every((index) => index >= 0 && index < size)
  );
}
