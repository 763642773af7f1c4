/**
 * Which values of the forward part to keep for the backward part: a minimum cut, in bytes, between what is at hand or costly
 * to compute again, and what the backward part reads. The rest it computes again.
 */
import { BYTES_PER_ELEMENT, elementCount } from '../onnx/element-types.js';
import type { GraphNode } from '../onnx/graph.js';
import { FlowNetwork } from './flow-network.js';
import type { GraphRecorder } from './graph-recorder.js';

/** Not worth computing twice. */
const COSTLY = new Set([
  ...['MatMul', 'FusedMatMul', 'Conv', 'ConvTranspose', 'Softmax', 'LayerNormalization', 'Sum'],
  ...['ReduceSum', 'ReduceMean', 'ReduceMax', 'ReduceMin', 'ReduceProd', 'CumSum', 'ScatterND'],
]);

/** More than any sum of sizes: never cut here. */
const WHOLE = 1e15;
const SOURCE = 0;
const SINK = 1;

/**
 * @param forward the forward part's nodes
 * @param read what the backward part reads of the forward part and of the inputs
 * @param free values that are kept anyway
 * @returns names to keep, among them inputs
 */
export function keptValues(
  recorder: GraphRecorder,
  forward: readonly GraphNode[],
  read: readonly string[],
  free: ReadonlySet<string>,
): readonly string[] {
  const network = new FlowNetwork();
  const producers = new Map(forward.flatMap((node) => node.outputs.map((name) => [name, node])));
  const constants = new Set(recorder.values.graph.initializers.map(({ name }) => name));
  const places = new Map<string, number>(); // A value enters at its place and leaves at the next.

  const bytes = (name: string): number => {
    if (free.has(name) || constants.has(name)) {
      return 0;
    }
    const known = recorder.values.known.get(name);
    return known === undefined ? WHOLE : elementCount(known.shape) * BYTES_PER_ELEMENT[known.type];
  };
  const isCostly = ({ type, outputs }: GraphNode): boolean =>
    COSTLY.has(type) && outputs.every((name) => recorder.values.known.has(name));

  const visit = (name: string): number => {
    const known = places.get(name);
    if (known !== undefined) {
      return known;
    }
    const place = 2 + 2 * places.size;
    places.set(name, place);
    network.addEdge(place, place + 1, bytes(name));
    const producer = producers.get(name);
    if (producer === undefined || isCostly(producer)) {
      network.addEdge(SOURCE, place, WHOLE);
    } else {
      producer.inputs.forEach((input) => network.addEdge(visit(input) + 1, place, WHOLE));
    }
    return place;
  };
  read.forEach((name) => network.addEdge(visit(name) + 1, SINK, WHOLE));

  const side = network.sinkSide(SOURCE, SINK);
  return [...places]
    .filter(([name, place]) => !side.has(place) && side.has(place + 1) && !constants.has(name))
    .map(([name]) => name);
}
