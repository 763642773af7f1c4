/** Matrix products. */
import {
  type _FusedMatMulAttrs,
  type BatchMatMulAttrs,
  broadcast_util,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core';
import type { Graph } from '../onnx/graph.js';
import { areFloats, type GraphKernel, kernel, single, type TwoInputs } from './kernel.js';

const ACTIVATIONS: Readonly<Record<string, (graph: Graph, x: string) => string>> = {
  linear: (_, x) => x,
  relu: (graph, x) => graph.op('Relu', [x]),
  relu6: (graph, x) => graph.op('Clip', [x, graph.scalar(0), graph.scalar(6)]),
  sigmoid: (graph, x) => graph.op('Sigmoid', [x]),
  elu: (graph, x) => graph.op('Elu', [x]),
};

interface FusedInputs extends TwoInputs {
  readonly bias?: TensorInfo;
  readonly preluActivationWeights?: TensorInfo;
}

export const productKernels: readonly GraphKernel[] = [
  kernel<TwoInputs, BatchMatMulAttrs>('BatchMatMul', ({ inputs: { a, b }, attrs, backend }) => {
    if (!areFloats(a, b)) {
      return null;
    }
    const sides = sidesOf(attrs);
    return single(
      backend,
      `MatMul|${sides.join()}`,
      [a, b],
      [productShape(a, b, sides), 'float32'],
      (graph, ...names) => product(graph, names, sides),
      { heavy: true },
    );
  }),
  kernel<FusedInputs, _FusedMatMulAttrs>('_FusedMatMul', ({ inputs, attrs, backend }) => {
    const { a, b, bias, preluActivationWeights } = inputs;
    const activate = ACTIVATIONS[attrs.activation];
    const operands = bias === undefined || bias === null ? [a, b] : [a, b, bias];
    if (!areFloats(...operands) || preluActivationWeights || activate === undefined) {
      return null;
    }
    const sides = sidesOf(attrs);
    return single(
      backend,
      `FusedMatMul|${sides.join()}|${operands.length}|${attrs.activation}`,
      operands,
      [productShape(a, b, sides), 'float32'],
      (graph, left = '', right = '', shift) => {
        const raw = product(graph, [left, right], sides);
        return activate(graph, shift === undefined ? raw : graph.op('Add', [raw, shift]));
      },
      { heavy: true },
    );
  }),
];

/** Whether the left and the right operand are transposed. */
type Sides = readonly [boolean, boolean];

function sidesOf({ transposeA, transposeB }: BatchMatMulAttrs): Sides {
  return [transposeA === true, transposeB === true];
}

function product(graph: Graph, operands: readonly string[], [left, right]: Sides): string {
  return left || right
    ? graph.op('FusedMatMul', operands, { transA: Number(left), transB: Number(right) })
    : graph.op('MatMul', operands);
}

/** [..., rows of a, columns of b] with the batches broadcast. */
function productShape(a: TensorInfo, b: TensorInfo, [left, right]: Sides): number[] {
  const [rows, innerA] = ends(a.shape, left);
  const [innerB, columns] = ends(b.shape, right);
  util.assert(
    innerA === innerB,
    () =>
      `Error in matMul: inner shapes (${innerA}) and (${innerB}) of Tensors with shapes ${a.shape.join()} and ` +
      `${b.shape.join()} and transposeA=${left} and transposeB=${right} must match.`,
  );
  const batches = broadcast_util.assertAndGetBroadcastShape(
    a.shape.slice(0, -2),
    b.shape.slice(0, -2),
  );
  return [...batches, rows, columns];
}

function ends(shape: readonly number[], transposed: boolean): [number, number] {
  const [rows = 1, columns = 1] = shape.slice(-2);
  return transposed ? [columns, rows] : [rows, columns];
}
