/** Two-dimensional convolutions and their gradients, in tfjs's order of axes (batch, height, width, channels). */
import {
  backend_util,
  type Conv2DAttrs,
  type Conv2DBackpropFilterAttrs,
  type Conv2DBackpropInputAttrs,
  matMul,
  pad,
  reshape,
  stack,
  stridedSlice,
  type Tensor,
  type TensorInfo,
  tidy,
} from '@tensorflow/tfjs-core';
import type { Graph } from '../onnx/graph.js';
import { areFloats, type GraphKernel, kernel, single } from './kernel.js';

type Shape4D = [number, number, number, number];

export const convolutionKernels: readonly GraphKernel[] = [
  kernel<{ x: TensorInfo; filter: TensorInfo }, Conv2DAttrs>(
    'Conv2D',
    ({ inputs: { x, filter }, attrs, backend }) => {
      if (!areFloats(x, filter) || attrs.dataFormat === 'NCHW') {
        return null;
      }
      const info = describeConvolution(x.shape, filter.shape, attrs);
      if (!isFloored(info)) {
        return null;
      }
      const attributes = placement(info);
      const build = (graph: Graph, input = '', weights = ''): string => {
        const operands = [channelsFirst(graph, input), filterFirst(graph, weights)];
        return channelsLast(graph, graph.op('Conv', operands, attributes));
      };
      const key = `Conv2D|${JSON.stringify(attributes)}`;
      return single(backend, key, [x, filter], [info.outShape, 'float32'], build, { heavy: true });
    },
  ),
  kernel<{ dy: TensorInfo; filter: TensorInfo }, Conv2DBackpropInputAttrs>(
    'Conv2DBackpropInput',
    ({ inputs: { dy, filter }, attrs, backend }) => {
      if (!areFloats(dy, filter) || attrs.dataFormat === 'NCHW') {
        return null;
      }
      const info = describeConvolution(attrs.inputShape, filter.shape, attrs);
      if (!isFloored(info)) {
        return null;
      }
      const attributes = { ...placement(info), output_padding: remainder(info) };
      const build = (graph: Graph, slope = '', weights = ''): string => {
        const operands = [channelsFirst(graph, slope), filterFirst(graph, weights)];
        return channelsLast(graph, graph.op('ConvTranspose', operands, attributes));
      };
      const key = `ConvTranspose|${JSON.stringify(attributes)}`;
      const output = [attrs.inputShape, 'float32'] as const;
      return single(backend, key, [dy, filter], output, build, { heavy: true });
    },
  ),
  kernel<{ x: TensorInfo; dy: TensorInfo }, Conv2DBackpropFilterAttrs>(
    'Conv2DBackpropFilter',
    ({ inputs: { x, dy }, attrs }) => {
      if (!areFloats(x, dy) || attrs.dataFormat === 'NCHW') {
        return null;
      }
      return filterGradient(x as Tensor, dy as Tensor, attrs);
    },
  ),
];

/** For each place of the filter, one product of the slopes with the inputs that met it. */
function filterGradient(x: Tensor, dy: Tensor, attrs: Conv2DBackpropFilterAttrs): Tensor {
  const info = describeConvolution(x.shape, attrs.filterShape, attrs);
  const { strideHeight, strideWidth, filterHeight, filterWidth, inChannels, outChannels } = info;
  const { top, bottom, left, right } = info.padInfo;
  const { batchSize, outHeight, outWidth } = info;
  const places = batchSize * outHeight * outWidth;
  return tidy(() => {
    const around: [number, number][] = [
      [0, 0],
      [top, bottom],
      [left, right],
      [0, 0],
    ];
    const padded = pad(x, around);
    const slopes = reshape(dy, [places, outChannels]);
    const met = (row: number, column: number): Tensor => {
      const end = [
        batchSize,
        row + (outHeight - 1) * strideHeight + 1,
        column + (outWidth - 1) * strideWidth + 1,
        inChannels,
      ];
      const strides = [1, strideHeight, strideWidth, 1];
      return reshape(stridedSlice(padded, [0, row, column, 0], end, strides), [places, inChannels]);
    };
    const products = Array.from({ length: filterHeight * filterWidth }, (_, i) =>
      matMul(met(Math.floor(i / filterWidth), i % filterWidth), slopes, true),
    );
    return reshape(stack(products), attrs.filterShape);
  });
}

interface Described {
  readonly strides: [number, number] | number;
  readonly pad: Conv2DAttrs['pad'];
  readonly dilations?: [number, number] | number;
  readonly dimRoundingMode?: Conv2DAttrs['dimRoundingMode'];
}

function describeConvolution(
  input: readonly number[],
  filter: readonly number[],
  { strides, pad: padding, dilations = 1, dimRoundingMode }: Described,
): backend_util.Conv2DInfo {
  return backend_util.computeConv2DInfo(
    [...input] as Shape4D,
    [...filter] as Shape4D,
    strides,
    dilations,
    padding,
    dimRoundingMode,
    false,
    'channelsLast',
  );
}

function placement(info: backend_util.Conv2DInfo): Record<string, readonly number[]> {
  const { top, left, bottom, right } = info.padInfo;
  return {
    strides: [info.strideHeight, info.strideWidth],
    dilations: [info.dilationHeight, info.dilationWidth],
    pads: [top, left, bottom, right],
  };
}

/** How many rows and columns of the padded input no filter place reached: the transposed convolution has to add them. */
function remainder(info: backend_util.Conv2DInfo): [number, number] {
  const { top, bottom, left, right } = info.padInfo;
  const reached = (out: number, stride: number, filter: number): number =>
    (out - 1) * stride + filter;
  return [
    info.inHeight +
      top +
      bottom -
      reached(info.outHeight, info.strideHeight, info.effectiveFilterHeight),
    info.inWidth +
      left +
      right -
      reached(info.outWidth, info.strideWidth, info.effectiveFilterWidth),
  ];
}

/** Whether the output is as large as ONNX makes it; tfjs takes explicit padding of a filter that is not square otherwise. */
function isFloored(info: backend_util.Conv2DInfo): boolean {
  const [rows, columns] = remainder(info);
  return rows >= 0 && rows < info.strideHeight && columns >= 0 && columns < info.strideWidth;
}

function channelsFirst(graph: Graph, x: string): string {
  return graph.op('Transpose', [x], { perm: [0, 3, 1, 2] });
}

function channelsLast(graph: Graph, x: string): string {
  return graph.op('Transpose', [x], { perm: [0, 2, 3, 1] });
}

/** [height, width, in, out] to [out, in, height, width]. */
function filterFirst(graph: Graph, filter: string): string {
  return graph.op('Transpose', [filter], { perm: [3, 2, 0, 1] });
}
