/** What this package relies on in the binding of onnxruntime-node 1.30.0 that is no public API. */
import { Graph } from '../onnx/graph.js';
import { type Binding, loadBinding, type NativeTensor, SUPPORTED_VERSION } from './binding.js';
import { makeModel } from './model.js';
import { outputsSkipTheCopy } from './output-probe.js';
import { Session } from './session.js';

const LARGE = 65_536;

describe('the binding', () => {
  let binding: Binding;
  beforeAll(async () => {
    binding = await loadBinding();
  });

  const doubling = (place: 'front' | 'back' = 'front'): Session => {
    const graph = new Graph();
    const x = graph.input('float32');
    graph.output(graph.op('Add', [x, x]), 'float32');
    return new Session(binding, makeModel(graph, place), { threads: 1, planMemory: false });
  };
  const feed = (data: Float32Array): NativeTensor => ({
    dims: [data.length],
    type: 'float32',
    location: 'cpu',
    data,
  });

  it('is the version it was read from', () => {
    expect(binding.version).toBe(SUPPORTED_VERSION);
  });

  it('fills buffers and stops before it copies them, with the unreadable output first', () => {
    expect(outputsSkipTheCopy(binding)).toBe(true);
  });

  it('copies after all with the unreadable output last, which right values and the known error do not show', () => {
    const filled = new Float32Array(LARGE);
    const outputs = [{ shape: [LARGE], type: 'float32' }] as const;
    const session = doubling('back');
    const stopped = session.runInto({ i0: feed(new Float32Array(LARGE).fill(2)) }, outputs, [
      filled,
    ]);
    session.dispose();

    expect(stopped).toBe(true);
    expect(filled.every((value) => value === 4)).toBe(true);
    expect(outputsSkipTheCopy(binding, 'back')).toBe(false);
  });

  it('gives the same numbers by copy and in place', () => {
    const session = doubling();
    const values = Float32Array.from({ length: LARGE }, (_, i) => Math.sin(i));
    const outputs = [{ shape: [LARGE], type: 'float32' }] as const;
    const [inPlace] = session.run(
      { i0: feed(values) },
      outputs,
      (count) => new Float32Array(count),
    );
    const [copied] = session.run({ i0: feed(values) }, outputs, null);
    session.dispose();

    expect(inPlace).toEqual(copied);
  });

  it('still reports a buffer of the wrong size', () => {
    const session = doubling();
    const outputs = [{ shape: [LARGE + 1], type: 'float32' }] as const;
    const run = (): unknown =>
      session.run(
        { i0: feed(new Float32Array(LARGE)) },
        outputs,
        (count) => new Float32Array(count),
      );

    expect(run).toThrow(/shape/i);
    session.dispose();
  });

  it('says in its own words why it refuses a graph', () => {
    const graph = new Graph();
    graph.output(graph.op('NoSuchOperator', [graph.input('float32')]), 'float32');
    const load = (): Session =>
      new Session(binding, makeModel(graph), { threads: 1, planMemory: false });

    expect(load).toThrow(/NoSuchOperator/);
  });
});
