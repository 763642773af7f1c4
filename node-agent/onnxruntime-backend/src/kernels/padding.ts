/** Operations that surround a tensor with more values, or repeat it. */
import type { MirrorPadAttrs, PadV2Attrs, TensorInfo, TileAttrs } from '@tensorflow/tfjs-core';
import type { Graph } from '../onnx/graph.js';
import {
  areFloats,
  commonType,
  type GraphKernel,
  kernel,
  type OneInput,
  single,
} from './kernel.js';

export const paddingKernels: readonly GraphKernel[] = [
  kernel<OneInput, PadV2Attrs>('PadV2', ({ inputs: { x }, attrs, backend }) => {
    if (!areFloats(x) || x.shape.length === 0) {
      return null;
    }
    const { paddings, constantValue } = attrs;
    const build = (graph: Graph, ...names: readonly string[]): string =>
      graph.op('Pad', [...names, graph.scalar(constantValue)], { mode: 'constant' });
    const output = [padded(x, paddings), 'float32'] as const;
    const options = { integers: [padList(paddings)] };
    return single(backend, `Pad|${constantValue}`, [x], output, build, options);
  }),
  kernel<OneInput, MirrorPadAttrs>('MirrorPad', ({ inputs: { x }, attrs, backend }) => {
    if (!areFloats(x) || x.shape.length === 0 || attrs.mode !== 'reflect') {
      return null;
    }
    const build = (graph: Graph, ...names: readonly string[]): string =>
      graph.op('Pad', names, { mode: 'reflect' });
    const output = [padded(x, attrs.paddings), 'float32'] as const;
    const options = { integers: [padList(attrs.paddings)] };
    return single(backend, 'Pad|reflect', [x], output, build, options);
  }),
  kernel<OneInput, TileAttrs>('Tile', ({ inputs: { x }, attrs: { reps }, backend }) => {
    const type = commonType([x]);
    const fits = reps.length === x.shape.length && reps.every((times) => times > 0);
    if (type === null || x.shape.length === 0 || !fits) {
      return null;
    }
    const shape = x.shape.map((size, i) => size * (reps[i] ?? 1));
    const build = (graph: Graph, ...names: readonly string[]): string => graph.op('Tile', names);
    return single(backend, `Tile|${type}`, [x], [shape, type], build, { integers: [[...reps]] });
  }),
];

type Paddings = readonly (readonly [number, number])[];

function padded({ shape }: TensorInfo, paddings: Paddings): number[] {
  return shape.map((size, i) => size + (paddings[i]?.[0] ?? 0) + (paddings[i]?.[1] ?? 0));
}

/** All that goes in front, then all that goes behind. */
function padList(paddings: Paddings): number[] {
  return [...paddings.map(([before]) => before), ...paddings.map(([, behind]) => behind)];
}
