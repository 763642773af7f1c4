/** Sums, extremes and their like along axes. */
import { type CumsumAttrs, type TensorInfo, util } from '@tensorflow/tfjs-core';
import { ELEMENT_CODE, type ElementType } from '../onnx/element-types.js';
import type { Graph } from '../onnx/graph.js';
import {
  areFloats,
  commonType,
  type GraphKernel,
  kernel,
  type OneInput,
  same,
  single,
} from './kernel.js';

interface ReductionAttributes {
  readonly axis?: number | number[];
  /** What Max calls its axes. */
  readonly reductionIndices?: number | number[];
  readonly keepDims?: boolean;
}

/** tfjs kernel, operator, types that it takes. */
const REDUCTIONS: readonly (readonly [string, string, readonly ElementType[]])[] = [
  ['Sum', 'ReduceSum', ['float32', 'int32']],
  ['Mean', 'ReduceMean', ['float32']],
  ['Max', 'ReduceMax', ['float32', 'int32']],
  ['Min', 'ReduceMin', ['float32', 'int32']],
  ['Prod', 'ReduceProd', ['float32', 'int32']],
];

export const reductionKernels: readonly GraphKernel[] = [
  ...REDUCTIONS.map(([name, type, dtypes]) => reduction(name, type, dtypes)),
  overBools('All', 'ReduceMin'),
  overBools('Any', 'ReduceMax'),
  place('ArgMax'),
  place('ArgMin'),
  kernel<OneInput, CumsumAttrs>('Cumsum', ({ inputs: { x }, attrs, backend }) => {
    const type = commonType([x]);
    if (type === null || type === 'bool' || x.shape.length === 0) {
      return null;
    }
    const [axis = 0] = util.parseAxisParam(attrs.axis, x.shape);
    const flags = { exclusive: Number(attrs.exclusive), reverse: Number(attrs.reverse) };
    const key = `Cumsum|${type}|${axis}|${flags.exclusive}|${flags.reverse}`;
    return single(backend, key, [x], [x.shape, type], (graph, a = '') =>
      graph.op('CumSum', [a, graph.constant('int32', [], Int32Array.of(axis))], flags),
    );
  }),
];

function reduction(name: string, type: string, dtypes: readonly ElementType[]): GraphKernel {
  return kernel<OneInput, ReductionAttributes>(name, ({ inputs: { x }, attrs, backend }) => {
    const dtype = commonType([x]);
    const reduced = reducedShape(x, attrs);
    if (dtype === null || !dtypes.includes(dtype)) {
      return null;
    }
    if (reduced === null) {
      return same(backend, x);
    }
    const { axes, keepdims, shape } = reduced;
    const key = `${name}|${dtype}|${axes.join()}|${keepdims}`;
    return single(backend, key, [x], [shape, dtype], (graph, a = '') =>
      graph.op(type, [a, graph.ints(axes)], { keepdims }),
    );
  });
}

function overBools(name: string, type: string): GraphKernel {
  return kernel<OneInput, ReductionAttributes>(name, ({ inputs: { x }, attrs, backend }) => {
    const reduced = reducedShape(x, attrs);
    if (commonType([x]) !== 'bool') {
      return null;
    }
    if (reduced === null) {
      return same(backend, x);
    }
    const { axes, keepdims, shape } = reduced;
    const cast = (graph: Graph, a: string, to: ElementType): string =>
      graph.op('Cast', [a], { to: ELEMENT_CODE[to] });
    const key = `${name}|${axes.join()}|${keepdims}`;
    return single(backend, key, [x], [shape, 'bool'], (graph, a = '') => {
      const numbers = cast(graph, a, 'int32');
      return cast(graph, graph.op(type, [numbers, graph.ints(axes)], { keepdims }), 'bool');
    });
  });
}

/** ArgMax and ArgMin: the first place of an extreme. */
function place(name: 'ArgMax' | 'ArgMin'): GraphKernel {
  return kernel<OneInput, ReductionAttributes>(name, ({ inputs: { x }, attrs, backend }) => {
    if (!areFloats(x) || x.shape.length === 0) {
      return null;
    }
    const [axis = 0] = util.parseAxisParam(attrs.axis ?? 0, x.shape);
    const shape = x.shape.filter((_, i) => i !== axis);
    return single(backend, `${name}|${axis}`, [x], [shape, 'int32'], (graph, a = '') =>
      graph.op('Cast', [graph.op(name, [a], { axis, keepdims: 0 })], { to: ELEMENT_CODE.int32 }),
    );
  });
}

/** @returns null where there is no axis to reduce */
function reducedShape(
  { shape }: TensorInfo,
  { axis, reductionIndices, keepDims }: ReductionAttributes,
): { axes: number[]; keepdims: 0 | 1; shape: number[] } | null {
  const every = shape.map((_, i) => i);
  const axes = util.parseAxisParam(axis ?? reductionIndices ?? every, shape);
  if (axes.length === 0) {
    return null;
  }
  if (keepDims === true) {
    return { axes, keepdims: 1, shape: shape.map((size, i) => (axes.includes(i) ? 1 : size)) };
  }
  return { axes, keepdims: 0, shape: shape.filter((_, i) => !axes.includes(i)) };
}
