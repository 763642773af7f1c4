/** Functions of one tensor, element by element. */
import type {
  ClipByValueAttrs,
  LeakyReluAttrs,
  StepAttrs,
  TensorInfo,
} from '@tensorflow/tfjs-core';
import type { Graph } from '../onnx/graph.js';
import { areFloats, type GraphKernel, kernel, type OneInput, single } from './kernel.js';

type Build = (graph: Graph, x: string) => string;

const SAME_NAME = [
  ...[
    'Abs',
    'Acos',
    'Acosh',
    'Asin',
    'Asinh',
    'Atan',
    'Atanh',
    'Ceil',
    'Cos',
    'Cosh',
    'Elu',
    'Erf',
  ],
  ...[
    'Exp',
    'Floor',
    'Log',
    'Neg',
    'Reciprocal',
    'Relu',
    'Round',
    'Selu',
    'Sigmoid',
    'Sign',
    'Sin',
  ],
  ...['Sinh', 'Softplus', 'Sqrt', 'Tan', 'Tanh'],
];

/** Worth several threads. */
const HEAVY = new Set(['Erf', 'Exp', 'Log', 'Sigmoid', 'Tanh', 'Softplus', 'Log1p']);

const COMPOSED: Readonly<Record<string, Build>> = {
  Rsqrt: (graph, x) => graph.op('Reciprocal', [graph.op('Sqrt', [x])]),
  Square: (graph, x) => graph.op('Mul', [x, x]),
  Relu6: (graph, x) => graph.op('Clip', [x, graph.scalar(0), graph.scalar(6)]),
  Log1p: log1p,
};

export const functionKernels: readonly GraphKernel[] = [
  ...SAME_NAME.map((name) => elementwise(name, (graph, x) => graph.op(name, [x]))),
  ...Object.entries(COMPOSED).map(([name, build]) => elementwise(name, build)),
  kernel<OneInput, ClipByValueAttrs>('ClipByValue', ({ inputs: { x }, attrs, backend }) => {
    const { clipValueMin: low, clipValueMax: high } = attrs;
    if (!areFloats(x)) {
      return null;
    }
    return single(
      backend,
      `Clip|${low}|${high}`,
      [x],
      [x.shape, 'float32'],
      (graph, a) => graph.op('Clip', [a, graph.scalar(low), graph.scalar(high)]),
      { elementwise: true },
    );
  }),
  kernel<OneInput, StepAttrs>('Step', ({ inputs: { x }, attrs, backend }) => {
    if (!areFloats(x)) {
      return null;
    }
    const build: Build = (graph, a) =>
      graph.op('Where', [
        graph.op('Greater', [a, graph.scalar(0)]),
        graph.scalar(1),
        graph.scalar(attrs.alpha),
      ]);
    return single(backend, `Step|${attrs.alpha}`, [x], [x.shape, 'float32'], build, {
      elementwise: true,
    });
  }),
  kernel<OneInput, LeakyReluAttrs>('LeakyRelu', ({ inputs: { x }, attrs, backend }) => {
    if (!areFloats(x)) {
      return null;
    }
    const build: Build = (graph, a) =>
      graph.op('LeakyRelu', [a], { alpha: { float: attrs.alpha } });
    return single(backend, `LeakyRelu|${attrs.alpha}`, [x], [x.shape, 'float32'], build, {
      elementwise: true,
    });
  }),
  kernel<{ dy: TensorInfo; y: TensorInfo }>('EluGrad', ({ inputs: { dy, y }, backend }) => {
    if (!areFloats(dy, y)) {
      return null;
    }
    return single(
      backend,
      'EluGrad',
      [dy, y],
      [y.shape, 'float32'],
      (graph, d = '', a = '') =>
        graph.op('Where', [
          graph.op('GreaterOrEqual', [a, graph.scalar(0)]),
          d,
          graph.op('Mul', [d, graph.op('Add', [a, graph.scalar(1)])]),
        ]),
      { elementwise: true },
    );
  }),
  kernel<OneInput>('IsNan', ({ inputs: { x }, backend }) =>
    areFloats(x)
      ? single(backend, 'IsNan', [x], [x.shape, 'bool'], (graph, a) => graph.op('IsNaN', [a]), {
          elementwise: true,
        })
      : null,
  ),
];

function elementwise(name: string, build: Build): GraphKernel {
  return kernel<OneInput>(name, ({ inputs: { x }, backend }) => {
    if (!areFloats(x)) {
      return null;
    }
    const options = { heavy: HEAVY.has(name), elementwise: true };
    return single(backend, name, [x], [x.shape, 'float32'], build, options);
  });
}

/** log(1 + x) that keeps the digits of a small x: x * log(y) / (y - 1) with y = fl(1 + x) (Kahan). */
function log1p(graph: Graph, x: string): string {
  const one = graph.scalar(1);
  const y = graph.op('Add', [x, one]);
  const scaled = graph.op('Mul', [graph.op('Log', [y]), x]);
  const exact = graph.op('Div', [scaled, graph.op('Sub', [y, one])]);
  return graph.op('Where', [graph.op('Equal', [y, one]), x, exact]);
}
