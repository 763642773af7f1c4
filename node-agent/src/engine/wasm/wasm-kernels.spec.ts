import * as tf from '@tensorflow/tfjs-core';
import type { BackendName } from '../engine.js';
import { BACKENDS, startBackend } from '../testing/backends.js';
import { requireWasmBackend } from './wasm-backend.js';

function values(seed: number, ...shape: number[]): tf.Tensor {
  const size = tf.util.sizeFromShape(shape);
  return tf.tensor(
    Float32Array.from({ length: size }, (_, i) => Math.sin(seed + 1.3 * i)),
    shape,
  );
}

/** The values of a computation on one backend. */
async function on(backend: BackendName, compute: () => tf.Tensor): Promise<number[]> {
  await startBackend(backend);
  return tf.tidy(() => Array.from(compute().dataSync()));
}

async function expectAlike(compute: () => tf.Tensor): Promise<void> {
  const cpu = await on('cpu', compute);
  const wasm = await on('wasm', compute);
  const largest = Math.max(...cpu.map(Math.abs));
  const difference = Math.max(...cpu.map((value, i) => Math.abs(value - (wasm[i] ?? NaN))));
  expect(wasm).toHaveLength(cpu.length);
  expect(difference / largest).toBeLessThan(3e-5);
}

describe('matrix products on wasm', () => {
  const shapes = [
    [
      [3, 4],
      [4, 5],
    ],
    [
      [1, 4],
      [4, 1],
    ],
    [
      [2, 3, 4],
      [2, 4, 5],
    ],
    [
      [2, 2, 3, 4],
      [2, 2, 4, 5],
    ],
    [
      [3, 4],
      [2, 4, 5],
    ],
    [
      [2, 3, 4],
      [1, 4, 5],
    ],
    [
      [130, 67],
      [67, 33],
    ],
  ] as const;
  const cases = shapes.flatMap(([a, b]) =>
    [false, true].flatMap((ta) => [false, true].map((tb) => ({ a, b, ta, tb }))),
  );

  it.each(cases)('$a x $b, transposed $ta $tb, are those of plain JavaScript', async (product) => {
    const turned = (shape: readonly number[], turn: boolean) =>
      turn ? [...shape.slice(0, -2), ...shape.slice(-2).reverse()] : [...shape];
    await expectAlike(() =>
      tf.matMul(
        values(1, ...turned(product.a, product.ta)),
        values(2, ...turned(product.b, product.tb)),
        product.ta,
        product.tb,
      ),
    );
  });

  it('follow a variable that was assigned anew', async () => {
    await startBackend('wasm');
    const weight = tf.variable(values(1, 4, 3));
    const x = values(2, 5, 4) as tf.Tensor2D;
    const before = tf.matMul(x, weight).dataSync();
    weight.assign(tf.mul(weight, 2));
    const after = tf.matMul(x, weight).dataSync();
    after.forEach((value, i) => expect(value).toBeCloseTo(2 * (before[i] ?? NaN), 5));
  });

  it('refuse matrices that do not meet', async () => {
    await startBackend('wasm');
    expect(() => tf.matMul(values(1, 2, 3), values(1, 4, 2))).toThrow(/inner shapes|do not meet/i);
  });

  it('leave no data in the backend', async () => {
    await startBackend('wasm');
    const backend = requireWasmBackend();
    const before = backend.numDataIds();
    tf.tidy(() => {
      tf.matMul(values(1, 2, 4, 3), values(2, 2, 5, 4), true, true);
    });
    expect(backend.numDataIds()).toBe(before);
  });
});

describe('kernels that the wasm backend lacks', () => {
  it('sum segments', () =>
    expectAlike(() =>
      tf.unsortedSegmentSum(values(1, 6, 2, 3), tf.tensor1d([2, 0, 2, 3, 0, 2], 'int32'), 5),
    ));

  const convolutions = [1, 3].flatMap((kernel) =>
    [1, 2, 3].flatMap((stride) =>
      (['same', 'valid'] as const).map((pad) => ({ kernel, stride, pad })),
    ),
  );

  it.each(convolutions)(
    'derive a filter: $kernel, stride $stride, $pad',
    ({ kernel, stride, pad }) =>
      expectAlike(() => {
        const x = values(1, 2, 7, 6, 3) as tf.Tensor4D;
        const filter = values(2, kernel, kernel, 3, 4);
        return tf.grad((f: tf.Tensor) => {
          const y = tf.conv2d(x, f as tf.Tensor4D, stride, pad);
          return tf.mul(y, values(3, ...y.shape));
        })(filter);
      }),
  );
});

describe.each(BACKENDS)('clones on %s', (backend) => {
  it('outlive what they were cloned from, and the other way round', async () => {
    await startBackend(backend);
    const before = tf.memory().numTensors;
    const x = tf.tensor1d([1, 2, 3]);
    const [kept, dropped] = [tf.clone(x), tf.clone(x)];
    dropped.dispose();
    x.dispose();
    expect([...kept.dataSync()]).toEqual([1, 2, 3]);
    kept.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
