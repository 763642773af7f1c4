/** What capture relies on in tfjs 4.22.0 that is no public API. Another version has to pass this before it is pinned. */
import { MathBackendCPU, version_cpu } from '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { numbers, startForTests } from '../../testing/backends.js';
import {
  idsReachedByVariables,
  internals,
  isTapeOn,
  type TapeNode,
  withoutTape,
} from './tfjs-internals.js';

const PINNED = '4.22.0';

describe('the internals of tfjs', () => {
  beforeAll(startForTests);

  it('are those of the pinned version', () => {
    expect([tf.version_core, version_cpu]).toEqual([PINNED, PINNED]);
  });

  it('count gradients in progress and operations with a gradient of their own', () => {
    const seen: (number | boolean)[] = [];
    const look = (): void => {
      const { gradientDepth, kernelDepth } = internals().state;
      seen.push(gradientDepth, kernelDepth, isTapeOn());
    };
    const operation = tf.customGrad((x) => {
      look();
      return { value: x as tf.Tensor, gradFunc: (dy) => dy };
    });
    look();
    tf.grad((x) => {
      look();
      return operation(x);
    })(numbers([2]));

    expect(seen).toEqual([0, 0, false, 1, 0, true, 1, 1, false]);
  });

  it('keep a tape of nodes with inputs, outputs and saved tensors', () => {
    const variable = tf.variable(numbers([2]));
    tf.grad((x) => {
      const unrelated = tf.square(x);
      const y = tf.mul(unrelated, variable);
      const nodeOf = ({ id }: tf.Tensor): TapeNode | undefined =>
        internals().state.activeTape?.find(({ outputs }) => outputs[0]?.id === id);
      const reached = [...idsReachedByVariables()];

      expect(nodeOf(unrelated)?.inputs['x']).toBe(x);
      expect(nodeOf(unrelated)?.saved).toHaveLength(1);
      expect(nodeOf(y)?.saved).toHaveLength(2);
      expect(reached).toContain(y.id);
      expect(reached).not.toContain(unrelated.id);
      return y;
    })(numbers([2]));
    variable.dispose();
  });

  it('read the list of tensors to differentiate by after the function has run', () => {
    const [a, b] = [numbers([2]), numbers([2], 2)];
    const xs = [a];
    const { grads } = internals().gradients(
      () => {
        xs.push(b);
        return tf.sum(tf.mul(a, b));
      },
      xs,
      null,
      true,
    );

    expect(grads.map((gradient) => Array.from(gradient?.dataSync() ?? []))).toEqual([
      Array.from(b.dataSync()),
      Array.from(a.dataSync()),
    ]);
  });

  it('give an operation of several results the gradients towards each, and dispose of what it saved', () => {
    const x = numbers([3]);
    let given: readonly tf.Tensor[] = [];
    let kept: readonly tf.Tensor[] = [];
    const gradient = tf.grad((t) => {
      const [double = t, square = t] = [
        internals().runKernelFunc({
          inputs: { t },
          forwardFunc: (_, save) => {
            save([t]);
            return [tf.mul(t, 2), tf.square(t)];
          },
          backwardsFunc: (slopes, saved) => {
            given = [slopes].flat();
            kept = saved;
            return { t: () => tf.clone(given[1] ?? t) };
          },
        }),
      ].flat();
      return tf.sum(tf.add(double, tf.mul(square, 3)));
    })(x);

    expect(given.map(({ shape }) => shape)).toEqual([[3], [3]]);
    expect(Array.from(gradient.dataSync())).toEqual([3, 3, 3]);
    expect(kept.map(({ isDisposed }) => isDisposed)).toEqual([true]);
  });

  it('draw random numbers from Math.random, and make and assign variables by two methods', () => {
    const random = jest.spyOn(Math, 'random');
    tf.randomNormal([2]).dispose();
    tf.dropout(numbers([4]), 0.5).dispose();
    const made = jest.spyOn(internals(), 'makeVariable');
    const assigned = jest.spyOn(tf.Variable.prototype, 'assign');
    tf.variable(numbers([2])).assign(numbers([2], 2));

    expect(random).toHaveBeenCalledTimes(2);
    expect([made.mock.calls.length, assigned.mock.calls.length]).toEqual([1, 1]);
    jest.restoreAllMocks();
  });

  it('store tensors of the cpu backend by data id, with values, type and a count', () => {
    const backend = tf.backend();
    const tensor = numbers([2]);
    if (!(backend instanceof MathBackendCPU)) {
      throw new Error('the backend extends the one of another copy of tfjs');
    }

    expect(backend.data.get(tensor.dataId)).toMatchObject({ dtype: 'float32', refCount: 1 });
    expect(backend.data.get(tensor.dataId).values).toBeInstanceOf(Float32Array);
  });

  it('are as before after a run without a tape that failed', () => {
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      tf.grad((x) => {
        const { activeTape } = internals().state;
        expect(() => withoutTape(() => internals().gradients(failing, [x], null, true))).toThrow(
          'on purpose',
        );
        expect(internals().state).toMatchObject({ activeTape, gradientDepth: 1, kernelDepth: 0 });
        return tf.square(x);
      })(numbers([2]));
    });

    expect(tf.memory().numTensors).toBe(before);
  });
});

function failing(): tf.Tensor {
  tf.square(numbers([2]));
  throw new Error('on purpose');
}
