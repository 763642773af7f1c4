/** Operations that move values: slices, joins, transposes. */
import {
  backend_util,
  type ConcatAttrs,
  type PackAttrs,
  type ReverseAttrs,
  slice_util,
  type SliceAttrs,
  type SplitVAttrs,
  type StridedSliceAttrs,
  type TensorInfo,
  type TransposeAttrs,
  type UnpackAttrs,
  util,
} from '@tensorflow/tfjs-core';
import type { OnnxruntimeBackend } from '../backend/backend.js';
import { spec } from '../backend/execution.js';
import { type ElementType, isElementType } from '../onnx/element-types.js';
import type { Graph } from '../onnx/graph.js';
import {
  commonType,
  emptyTensor,
  type GraphKernel,
  kernel,
  type OneInput,
  same,
  single,
} from './kernel.js';

/** More values than this in one node helps nobody, and names are limited. */
const MOST_PARTS = 60;

/** Passed to an operator's `ends` to reach over the first element when it walks backwards. */
const BEFORE_THE_START = -(2 ** 31);

export const layoutKernels: readonly GraphKernel[] = [
  kernel<OneInput, TransposeAttrs>('Transpose', ({ inputs: { x }, attrs: { perm }, backend }) => {
    const type = commonType([x]);
    if (type === null || x.shape.length === 0) {
      return null;
    }
    const shape = perm.map((axis) => x.shape[axis] ?? 1);
    return single(
      backend,
      `Transpose|${type}|${perm.join()}`,
      [x],
      [shape, type],
      (graph, a = '') => graph.op('Transpose', [a], { perm: [...perm] }),
    );
  }),
  kernel<OneInput, SliceAttrs>('Slice', ({ inputs: { x }, attrs, backend }) => {
    const type = commonType([x]);
    const [begin, size] = slice_util.parseSliceParams(x, attrs.begin, attrs.size) as [
      number[],
      number[],
    ];
    slice_util.assertParamsValid(x, begin, size);
    if (size.includes(0) && isElementType(x.dtype)) {
      return emptyTensor(backend, size, x.dtype);
    }
    if (type === null || x.shape.length === 0) {
      return null;
    }
    const end = begin.map((start, i) => start + (size[i] ?? 0));
    const build = (graph: Graph, ...names: readonly string[]): string => graph.op('Slice', names);
    return single(backend, `Slice|${type}`, [x], [size, type], build, { integers: [begin, end] });
  }),
  kernel<OneInput, StridedSliceAttrs>('StridedSlice', ({ inputs: { x }, attrs, backend }) => {
    const type = commonType([x]);
    const info = slice_util.sliceInfo(
      x.shape,
      attrs.begin,
      attrs.end,
      attrs.strides,
      attrs.beginMask,
      attrs.endMask,
      attrs.ellipsisMask,
      attrs.newAxisMask,
      attrs.shrinkAxisMask,
    );
    const empty = info.finalShape.includes(0) || info.finalShapeSparse.includes(0);
    if (type === null || x.shape.length === 0 || empty || info.strides.some((step) => step < 1)) {
      return null;
    }
    const axes = info.begin.map((_, i) => i);
    const integers = [info.begin, info.end, axes, info.strides, info.finalShape];
    return single(
      backend,
      `StridedSlice|${type}|${axes.length}`,
      [x],
      [info.finalShape, type],
      (graph, ...names) =>
        graph.op('Reshape', [graph.op('Slice', names.slice(0, 5)), names[5] ?? '']),
      { integers },
    );
  }),
  kernel<OneInput, ReverseAttrs>('Reverse', ({ inputs: { x }, attrs: { dims }, backend }) => {
    const type = commonType([x]);
    const axes = util.parseAxisParam(dims, x.shape);
    if (type === null || x.shape.length === 0 || axes.length === 0) {
      return null;
    }
    const integers = [
      axes.map(() => -1),
      axes.map(() => BEFORE_THE_START),
      axes,
      axes.map(() => -1),
    ];
    const build = (graph: Graph, ...names: readonly string[]): string => graph.op('Slice', names);
    return single(backend, `Reverse|${type}`, [x], [x.shape, type], build, { integers });
  }),
  kernel<Readonly<Record<string, TensorInfo>>, ConcatAttrs>(
    'Concat',
    ({ inputs, attrs, backend }) => {
      const all = Object.values(inputs);
      const [first] = all;
      if (first === undefined) {
        return null;
      }
      const filled = all.filter(({ shape }) => !shape.includes(0));
      const type = commonType(filled);
      const [axis = 0] = util.parseAxisParam(attrs.axis, first.shape);
      const shapes = all.map(({ shape }) => shape);
      backend_util.assertParamsConsistent(shapes, axis);
      const [only] = filled;
      if (only !== undefined && filled.length === 1) {
        return same(backend, only);
      }
      if (type === null || filled.length > MOST_PARTS) {
        return null;
      }
      const shape = backend_util.computeOutShape(shapes, axis);
      const key = `Concat|${type}|${axis}|${filled.length}`;
      return single(backend, key, filled, [shape, type], (graph, ...names) =>
        graph.op('Concat', names, { axis }),
      );
    },
  ),
  kernel<OneInput, SplitVAttrs>('SplitV', ({ inputs: { x }, attrs, backend }) => {
    const type = commonType([x]);
    const [axis = 0] = util.parseAxisParam(attrs.axis, x.shape);
    const sizes = backend_util.prepareSplitSize(x, attrs.numOrSizeSplits, axis);
    if (type === null || sizes.length > MOST_PARTS) {
      return null;
    }
    const filled = split(
      backend,
      x,
      axis,
      type,
      sizes.filter((size) => size > 0),
    ).values();
    return sizes.map((size) =>
      size > 0
        ? (filled.next().value ?? x)
        : emptyTensor(backend, withSize(x.shape, axis, 0), type),
    );
  }),
  kernel<Readonly<Record<string, TensorInfo>>, PackAttrs>('Pack', ({ inputs, attrs, backend }) => {
    const all = Object.values(inputs);
    const [first] = all;
    const type = commonType(all);
    if (first === undefined || type === null || all.length > MOST_PARTS) {
      return null;
    }
    const axis = attrs.axis < 0 ? first.shape.length + 1 + attrs.axis : attrs.axis;
    const shape = [...first.shape.slice(0, axis), all.length, ...first.shape.slice(axis)];
    const key = `Pack|${type}|${axis}|${all.length}`;
    return single(backend, key, all, [shape, type], (graph, ...names) => {
      const axes = graph.ints([axis]);
      return graph.op(
        'Concat',
        names.map((name) => graph.op('Unsqueeze', [name, axes])),
        { axis },
      );
    });
  }),
  kernel<{ value: TensorInfo }, UnpackAttrs>('Unpack', ({ inputs: { value }, attrs, backend }) => {
    const type = commonType([value]);
    const axis = attrs.axis < 0 ? value.shape.length + attrs.axis : attrs.axis;
    const count = value.shape[axis] ?? 0;
    if (type === null || count > MOST_PARTS) {
      return null;
    }
    const shape = value.shape.filter((_, i) => i !== axis);
    return [
      ...backend.execute({
        key: `Unpack|${type}|${axis}|${count}`,
        inputs: [value],
        outputs: Array.from({ length: count }, () => spec(shape, type)),
        build: (graph, [name = '']) => unpack(graph, name, axis, count),
      }),
    ];
  }),
];

/** @param sizes none of them 0 */
function split(
  backend: OnnxruntimeBackend,
  x: TensorInfo,
  axis: number,
  type: ElementType,
  sizes: readonly number[],
): readonly TensorInfo[] {
  if (sizes.length === 1) {
    return [same(backend, x)];
  }
  return backend.execute({
    key: `Split|${type}|${axis}|${sizes.length}`,
    inputs: [x],
    integers: [sizes],
    outputs: sizes.map((size) => spec(withSize(x.shape, axis, size), type)),
    build: (graph, names) => graph.ops('Split', names, sizes.length, { axis }),
  });
}

function unpack(graph: Graph, name: string, axis: number, count: number): readonly string[] {
  const sizes = graph.ints(Array.from({ length: count }, () => 1));
  const parts = count === 1 ? [name] : graph.ops('Split', [name, sizes], count, { axis });
  return parts.map((part) => graph.op('Squeeze', [part, graph.ints([axis])]));
}

function withSize(shape: readonly number[], axis: number, size: number): number[] {
  return shape.map((old, i) => (i === axis ? size : old));
}
