/** What is kept between the forward and the backward graph. */
import * as tf from '@tensorflow/tfjs-core';
import { numbers, startForTests } from '../../testing/backends.js';
import { currentBackend } from '../backend/backend.js';
import { gelu } from '../kernels/composites.js';
import { FlowNetwork } from './flow-network.js';
import { trace } from './trace.js';
import { graphsOf } from './trace-graphs.js';

describe('a minimum cut', () => {
  it('takes the narrowest edges, and of equal cuts the one nearest the sink', () => {
    const network = new FlowNetwork();
    [
      [0, 2, 9],
      [2, 3, 4],
      [3, 4, 4],
      [4, 1, 9],
    ].forEach(([from = 0, to = 0, capacity = 0]) => network.addEdge(from, to, capacity));

    expect([...network.sinkSide(0, 1)].sort()).toEqual([1, 4]);
  });

  it('splits its flow over several paths', () => {
    const network = new FlowNetwork();
    [
      [0, 2, 3],
      [0, 3, 2],
      [2, 3, 5],
      [2, 1, 1],
      [3, 1, 3],
    ].forEach(([from = 0, to = 0, capacity = 0]) => network.addEdge(from, to, capacity));

    expect([...network.sinkSide(0, 1)].sort()).toEqual([1]);
  });
});

describe('the values kept for a gradient', () => {
  beforeAll(startForTests);

  /** Shapes of what is kept of a function of one frozen argument. */
  const kept = (
    fn: (x: tf.Tensor) => tf.Tensor,
    memory: 'save' | 'recompute' = 'save',
  ): string[] => {
    const backend = currentBackend();
    if (backend === null) {
      throw new Error('the backend is not running');
    }
    const leaves = [numbers([4, 8])];
    const subject = { fn: (x: unknown) => fn(x as tf.Tensor), label: 'test', args: leaves, leaves };
    const traced = trace(subject, backend, []);
    const { saved } = graphsOf(traced, traced.gradients, memory, backend);
    return saved.map((name) => String(traced.recorder.values.known.get(name)?.shape));
  };
  const weights = (): tf.Variable => tf.variable(numbers([8, 16], 2));

  it('hold the input of an activation, not what is cheap to compute again', () => {
    const w = weights();
    const b = tf.variable(numbers([16], 3));

    expect(kept((x) => tf.matMul(gelu(tf.add(tf.matMul(x, w), b)), numbers([16, 32], 4)))).toEqual([
      '4,16',
    ]);
  });

  it('are the smaller of two that would do', () => {
    const w = weights();

    expect(kept((x) => tf.tile(tf.exp(tf.sum(tf.matMul(x, w), 1, true)), [1, 32]))).toEqual([
      '4,1',
    ]);
  });

  it('are none where the gradient reads arguments and frozen weights alone', () => {
    const w = weights();

    expect(kept((x) => tf.matMul(tf.matMul(x, w), numbers([16, 4], 5)))).toEqual([]);
  });

  it('are none where they are computed again', () => {
    const w = weights();

    expect(kept((x) => tf.tanh(gelu(tf.matMul(x, w))), 'recompute')).toEqual([]);
  });
});
