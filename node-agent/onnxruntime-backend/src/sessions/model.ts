/**
 * A graph as a session loads it. In front of its outputs stands one that the binding cannot convert to JavaScript (an empty
 * bfloat16 constant): see `session.ts` for what it saves.
 */
import { createHash } from 'node:crypto';
import { encodeModel } from '../onnx/encode-model.js';
import type { Graph } from '../onnx/graph.js';

export const UNREADABLE = 'unreadable';

export interface Model {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The graph's own outputs, in its order. */
  readonly outputNames: readonly string[];
  /** SHA-1 of the bytes: equal graphs share a session. */
  readonly hash: string;
}

/** @param place where the unreadable output goes; only at the front does it save anything, 'back' is for the probe's own test */
export function makeModel(graph: Graph, place: 'front' | 'back' = 'front'): Model {
  const outputNames = graph.outputs.map(({ name }) => name);
  graph.initializers.push({
    name: UNREADABLE,
    type: 'bfloat16',
    shape: [0],
    bytes: new Uint8Array(0),
  });
  const unreadable = { name: UNREADABLE, type: 'bfloat16' } as const;
  if (place === 'front') {
    graph.outputs.unshift(unreadable);
  } else {
    graph.outputs.push(unreadable);
  }
  const bytes = encodeModel(graph);
  return { bytes, outputNames, hash: createHash('sha1').update(bytes).digest('hex') };
}
