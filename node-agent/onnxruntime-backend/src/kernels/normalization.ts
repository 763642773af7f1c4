/**
 * Softmax, normalisations and GELU. `LayerNorm`, `LayerNormGrad`, `Gelu` and `GeluGrad` are no kernels of tfjs: model code
 * asks whether the backend has them (`composites.ts`), since a node each instead of many saves memory.
 */
import {
  add,
  type FusedBatchNormAttrs,
  mul,
  rsqrt,
  type SoftmaxAttrs,
  sub,
  type Tensor,
  type TensorInfo,
  tidy,
} from '@tensorflow/tfjs-core';
import { spec } from '../backend/execution.js';
import type { Graph } from '../onnx/graph.js';
import { areFloats, type GraphKernel, kernel, type OneInput, single } from './kernel.js';

const ONE_OVER_ROOT_2PI = 1 / Math.sqrt(2 * Math.PI);

interface LayerNormInputs extends OneInput {
  readonly gamma: TensorInfo;
  readonly beta: TensorInfo;
}

interface LayerNormGradInputs extends OneInput {
  readonly dy: TensorInfo;
  readonly gamma: TensorInfo;
  readonly mean: TensorInfo;
  readonly inverse: TensorInfo;
}

interface BatchNormInputs extends OneInput {
  readonly mean: TensorInfo;
  readonly variance: TensorInfo;
  readonly offset?: TensorInfo;
  readonly scale?: TensorInfo;
}

export const normalizationKernels: readonly GraphKernel[] = [
  kernel<{ logits: TensorInfo }, SoftmaxAttrs>(
    'Softmax',
    ({ inputs: { logits: x }, attrs: { dim }, backend }) => {
      if (!areFloats(x)) {
        return null;
      }
      const build = (graph: Graph, a: string): string => graph.op('Softmax', [a], { axis: dim });
      return single(backend, `Softmax|${dim}`, [x], [x.shape, 'float32'], build, { heavy: true });
    },
  ),
  kernel<LayerNormInputs, { epsilon: number }>('LayerNorm', ({ inputs, attrs, backend }) => {
    const { x, gamma, beta } = inputs;
    if (!areFloats(x, gamma, beta)) {
      return null;
    }
    const rows = [...x.shape.slice(0, -1), 1];
    return [
      ...backend.execute({
        key: `LayerNorm|${attrs.epsilon}`,
        inputs: [x, gamma, beta],
        outputs: [spec(x.shape), spec(rows), spec(rows)],
        build: (graph, names) =>
          graph.ops('LayerNormalization', names, 3, {
            axis: -1,
            epsilon: { float: attrs.epsilon },
          }),
        heavy: true,
      }),
    ];
  }),
  kernel<LayerNormGradInputs>('LayerNormGrad', ({ inputs, backend }) => {
    const { dy, x, gamma, mean, inverse } = inputs;
    const operands = [dy, x, gamma, mean, inverse];
    if (!areFloats(...operands)) {
      return null;
    }
    const output = [x.shape, 'float32'] as const;
    return single(backend, 'LayerNormGrad', operands, output, layerNormSlope, { heavy: true });
  }),
  kernel<OneInput>('Gelu', ({ inputs: { x }, backend }) =>
    areFloats(x)
      ? single(backend, 'Gelu', [x], [x.shape, 'float32'], (graph, a) => graph.op('Gelu', [a]), {
          heavy: true,
          elementwise: true,
        })
      : null,
  ),
  kernel<OneInput & { readonly dy: TensorInfo }>('GeluGrad', ({ inputs: { dy, x }, backend }) =>
    areFloats(dy, x)
      ? single(backend, 'GeluGrad', [dy, x], [x.shape, 'float32'], geluSlope, {
          heavy: true,
          elementwise: true,
        })
      : null,
  ),
  kernel<BatchNormInputs, FusedBatchNormAttrs>('FusedBatchNorm', ({ inputs, attrs }) => {
    const { x, mean, variance, offset, scale } = inputs as unknown as Record<string, Tensor>;
    if (x === undefined || mean === undefined || variance === undefined) {
      return null;
    }
    return tidy(() => {
      const inverse = rsqrt(add(variance, attrs.varianceEpsilon));
      const slope = scale === undefined || scale === null ? inverse : mul(inverse, scale);
      const centred = mul(sub(x, mean), slope);
      return offset === undefined || offset === null ? centred : add(centred, offset);
    });
  }),
];

/** (h - mean(h) - n mean(h n)) / deviation with h = dy gamma and n the normalised input (Ba et al. 2016, differentiated). */
function layerNormSlope(
  graph: Graph,
  dy = '',
  x = '',
  gamma = '',
  mean = '',
  inverse = '',
): string {
  const average = (value: string): string =>
    graph.op('ReduceMean', [value, graph.ints([-1])], { keepdims: 1 });
  const normal = graph.op('Mul', [graph.op('Sub', [x, mean]), inverse]);
  const scaled = graph.op('Mul', [dy, gamma]);
  const along = graph.op('Mul', [normal, average(graph.op('Mul', [scaled, normal]))]);
  const level = graph.op('Sub', [scaled, average(scaled)]);
  return graph.op('Mul', [graph.op('Sub', [level, along]), inverse]);
}

/** dy (Phi(x) + x phi(x)) (Hendrycks & Gimpel 2016, differentiated). */
function geluSlope(graph: Graph, dy = '', x = ''): string {
  const times = (a: string, b: string): string => graph.op('Mul', [a, b]);
  const erf = graph.op('Erf', [times(x, graph.scalar(Math.SQRT1_2))]);
  const cumulative = times(graph.op('Add', [erf, graph.scalar(1)]), graph.scalar(0.5));
  const bell = graph.op('Exp', [times(times(x, x), graph.scalar(-0.5))]);
  const density = times(bell, times(x, graph.scalar(ONE_OVER_ROOT_2PI)));
  return times(dy, graph.op('Add', [cumulative, density]));
}
