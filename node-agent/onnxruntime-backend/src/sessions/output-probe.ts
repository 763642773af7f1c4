/** Tests once at start whether results can be had without a copy, by what it saves: neither right values nor the expected error show it. */
import { Graph } from '../onnx/graph.js';
import type { Binding } from './binding.js';
import { makeModel } from './model.js';
import { Session } from './session.js';

const ELEMENTS = 1 << 20;

/** A garbage collection within a run could hide a copy: not in all of them. */
const RUNS = 3;

/**
 * Doubles 4 MB into a buffer and looks at how much memory for arrays the run took besides.
 * @param place of the unreadable output; 'back' shows that the probe notices a copy
 */
export function outputsSkipTheCopy(binding: Binding, place: 'front' | 'back' = 'front'): boolean {
  const graph = new Graph();
  const x = graph.input('float32');
  graph.output(graph.op('Add', [x, x]), 'float32');
  const session = new Session(binding, makeModel(graph, place), { threads: 1, planMemory: false });
  try {
    return Array.from({ length: RUNS }, () => fillsInPlace(session)).every(Boolean);
  } catch {
    return false; // Another error than the one relied on: then copies, which always work.
  } finally {
    session.dispose();
  }
}

function fillsInPlace(session: Session): boolean {
  const data = new Float32Array(ELEMENTS).fill(1.5);
  const filled = new Float32Array(ELEMENTS);
  const outputs = [{ shape: [ELEMENTS], type: 'float32' }] as const;
  const before = process.memoryUsage().arrayBuffers;
  const stopped = session.runInto(
    { i0: { dims: [ELEMENTS], type: 'float32', location: 'cpu', data } },
    outputs,
    [filled],
  );
  const grown = process.memoryUsage().arrayBuffers - before;
  return stopped && grown < data.byteLength / 2 && filled.every((value) => value === 3);
}
