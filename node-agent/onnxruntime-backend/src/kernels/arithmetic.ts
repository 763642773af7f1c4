/** Operations on several tensors, element by element, broadcast as NumPy does; casts and choices. */
import { broadcast_util, type CastAttrs, type TensorInfo, util } from '@tensorflow/tfjs-core';
import { ELEMENT_CODE, type ElementType, isElementType } from '../onnx/element-types.js';
import {
  areFloats,
  commonType,
  type GraphKernel,
  kernel,
  type OneInput,
  same,
  single,
  type TwoInputs,
} from './kernel.js';

/** tfjs kernel, operator, types that it takes. */
const ARITHMETIC: readonly (readonly [string, string, readonly ElementType[]])[] = [
  ['Add', 'Add', ['float32', 'int32']],
  ['Sub', 'Sub', ['float32', 'int32']],
  ['Multiply', 'Mul', ['float32', 'int32']],
  ['RealDiv', 'Div', ['float32']],
  ['Maximum', 'Max', ['float32', 'int32']],
  ['Minimum', 'Min', ['float32', 'int32']],
  ['Pow', 'Pow', ['float32']],
];

/** The tape multiplies by ones and adds zeros: a captured graph leaves that out. */
const NEUTRAL: Readonly<Record<string, number>> = { Add: 0, Multiply: 1 };

const COMPARISONS: readonly (readonly [string, string])[] = [
  ['Greater', 'Greater'],
  ['GreaterEqual', 'GreaterOrEqual'],
  ['Less', 'Less'],
  ['LessEqual', 'LessOrEqual'],
  ['Equal', 'Equal'],
];

/** More inputs than this in one node help nobody, and names are limited. */
const MOST_SUMMANDS = 60;

export const arithmeticKernels: readonly GraphKernel[] = [
  ...ARITHMETIC.map(([name, type, dtypes]) => arithmetic(name, type, dtypes)),
  ...COMPARISONS.map(([name, type]) => comparison(name, type)),
  kernel<TwoInputs>('NotEqual', ({ inputs: { a, b }, backend }) =>
    isComparable(a, b)
      ? single(
          backend,
          'NotEqual',
          [a, b],
          [broadcastShape(a, b), 'bool'],
          (graph, ...names) => graph.op('Not', [graph.op('Equal', names)]),
          { elementwise: true },
        )
      : null,
  ),
  kernel<TwoInputs>('SquaredDifference', ({ inputs: { a, b }, backend }) =>
    areFloats(a, b)
      ? single(
          backend,
          'SquaredDifference',
          [a, b],
          [broadcastShape(a, b), 'float32'],
          (graph, ...names) => {
            const difference = graph.op('Sub', names);
            return graph.op('Mul', [difference, difference]);
          },
          { elementwise: true },
        )
      : null,
  ),
  kernel<Record<string, TensorInfo>>('AddN', ({ inputs, backend }) => {
    const tensors = Object.values(inputs);
    const [first] = tensors;
    if (first === undefined || !areFloats(...tensors) || tensors.length > MOST_SUMMANDS) {
      return null;
    }
    const key = `AddN|${tensors.length}`;
    return single(backend, key, tensors, [first.shape, 'float32'], (graph, ...names) =>
      graph.op('Sum', names),
    );
  }),
  kernel<TwoInputs>('LogicalAnd', logical('And')),
  kernel<TwoInputs>('LogicalOr', logical('Or')),
  kernel<OneInput>('LogicalNot', ({ inputs: { x }, backend }) =>
    commonType([x]) === 'bool'
      ? single(backend, 'Not', [x], [x.shape, 'bool'], (graph, a) => graph.op('Not', [a]), {
          elementwise: true,
        })
      : null,
  ),
  kernel<{ condition: TensorInfo; t: TensorInfo; e: TensorInfo }>(
    'Select',
    ({ inputs: { condition, t, e }, backend }) => {
      const type = commonType([t, e]);
      if (type === null || condition.dtype !== 'bool') {
        return null;
      }
      if (!util.arraysEqual(condition.shape, t.shape)) {
        return null; // tfjs lets a list choose whole rows.
      }
      return single(
        backend,
        `Where|${type}`,
        [condition, t, e],
        [t.shape, type],
        (graph, ...names) => graph.op('Where', names),
        { elementwise: true },
      );
    },
  ),
  kernel<OneInput, CastAttrs>('Cast', ({ inputs: { x }, attrs: { dtype }, backend }) => {
    if (dtype === x.dtype) {
      return same(backend, x);
    }
    if (!isElementType(dtype) || commonType([x]) === null) {
      return null;
    }
    const key = `Cast|${x.dtype}|${dtype}`;
    return single(
      backend,
      key,
      [x],
      [x.shape, dtype],
      (graph, a) => graph.op('Cast', [a], { to: ELEMENT_CODE[dtype] }),
      { elementwise: true },
    );
  }),
  kernel<{ x: TensorInfo; alpha: TensorInfo }>('Prelu', ({ inputs: { x, alpha }, backend }) =>
    areFloats(x, alpha)
      ? single(
          backend,
          'Prelu',
          [x, alpha],
          [broadcast_util.assertAndGetBroadcastShape(x.shape, alpha.shape), 'float32'],
          (graph, a = '', slope = '') =>
            graph.op('Where', [
              graph.op('Less', [a, graph.scalar(0)]),
              graph.op('Mul', [a, slope]),
              a,
            ]),
          { elementwise: true },
        )
      : null,
  ),
];

function arithmetic(name: string, type: string, dtypes: readonly ElementType[]): GraphKernel {
  return kernel<TwoInputs>(name, ({ inputs: { a, b }, backend }) => {
    const dtype = commonType([a, b]);
    if (dtype === null || !dtypes.includes(dtype)) {
      return null;
    }
    const output = [broadcastShape(a, b), dtype] as const;
    const neutral = NEUTRAL[name];
    return single(
      backend,
      `${name}|${dtype}`,
      [a, b],
      output,
      (graph, ...names) => graph.op(type, names),
      { elementwise: true, ...(neutral === undefined ? {} : { neutral }) },
    );
  });
}

function comparison(name: string, type: string): GraphKernel {
  return kernel<TwoInputs>(name, ({ inputs: { a, b }, backend }) =>
    isComparable(a, b)
      ? single(
          backend,
          `${name}|${a.dtype}`,
          [a, b],
          [broadcastShape(a, b), 'bool'],
          (graph, ...names) => graph.op(type, names),
          { elementwise: true },
        )
      : null,
  );
}

function logical(type: string): Parameters<typeof kernel<TwoInputs>>[1] {
  return ({ inputs: { a, b }, backend }) =>
    commonType([a, b]) === 'bool'
      ? single(
          backend,
          type,
          [a, b],
          [broadcastShape(a, b), 'bool'],
          (graph, ...names) => graph.op(type, names),
          { elementwise: true },
        )
      : null;
}

function isComparable(a: TensorInfo, b: TensorInfo): boolean {
  const type = commonType([a, b]);
  return type === 'float32' || type === 'int32';
}

function broadcastShape(a: TensorInfo, b: TensorInfo): number[] {
  return broadcast_util.assertAndGetBroadcastShape(a.shape, b.shape);
}
