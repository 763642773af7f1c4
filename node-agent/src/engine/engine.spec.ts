import * as tf from '@tensorflow/tfjs-core';
import { openEngine } from './engine.js';
import { layerNorm, type LayerNormWeights } from './layer-norm.js';
import { BACKENDS, startBackend, WASM_FOLDER } from './testing/backends.js';
import { gradientError } from './testing/finite-differences.js';

describe('openEngine', () => {
  const quiet = jest.fn();
  afterEach(() => quiet.mockClear());

  it('takes onnxruntime where there is no GPU, and says why and why no other', async () => {
    const { engine, others } = await openEngine({ wasmFolder: WASM_FOLDER, warn: quiet });
    expect(engine).toEqual({
      backend: 'onnxruntime',
      version: '1.30.0',
      device: 'processor',
      threads: expect.any(Number) as number,
      reason: 'the fastest without a GPU',
    });
    expect(others.map((other) => other.engine)).toEqual(['tensorflow', 'webgpu', 'wasm', 'cpu']);
    expect(others[0]?.reason).toBe('CONSILIUM_TENSORFLOW names no folder');
    expect(others[1]?.reason).toMatch(/is not installed|found no GPU/);
    expect(others[2]?.reason).toBe('slower than onnxruntime, not tried');
    expect(quiet).not.toHaveBeenCalled();
  });

  it('passes over an engine that failed after it had started, without trying it again', async () => {
    const without = ['onnxruntime'];
    const { engine, others } = await openEngine({ wasmFolder: WASM_FOLDER, warn: quiet, without });
    expect(engine.backend).toBe('wasm');
    const reason = 'it failed here after it had started';
    expect(others).toContainEqual({ engine: 'onnxruntime', reason });
    expect(quiet).not.toHaveBeenCalled();
  });

  it.each(['wasm', 'cpu'] as const)('takes %s when it is named', async (choice) => {
    const options = { wasmFolder: WASM_FOLDER, choice, warn: quiet };
    const { engine } = await openEngine(options);
    const device = 'processor';
    const reason = 'named in the configuration';
    expect(engine).toEqual({
      backend: choice,
      version: tf.version_core,
      device,
      threads: 1,
      reason,
    });
    expect(tf.getBackend()).toBe(choice);
  });

  it.each([
    ['tensorflow', { tensorflowFolder: '/nowhere' }, /holds no addon\. Build it with/],
    ['tensorflow', {}, /CONSILIUM_TENSORFLOW names no folder/],
    ['webgpu', { webgpuFrom: '/' }, /is not installed\. Install webgpu/],
  ] as const)('refuses %s, named with %p, and says what to do', async (choice, extra, message) => {
    const opening = openEngine({ wasmFolder: '/nowhere', choice, warn: quiet, ...extra });
    await expect(opening).rejects.toMatchObject({ code: 'engine-missing' });
    await expect(opening).rejects.toThrow(message);
  });
});

describe.each(BACKENDS)('layerNorm on %s', (backend) => {
  let weights: LayerNormWeights;

  beforeAll(async () => {
    await startBackend(backend);
    weights = { scale: tf.tensor1d([1, 2, -1, 0.5]), shift: tf.tensor1d([0, 1, 2, 3]) };
  });

  it('normalises each row, scales and shifts', () => {
    const y = layerNorm(tf.tensor2d([[1, 2, 3, 4]]), weights, 0).arraySync()[0];
    const unit = 1 / Math.sqrt(1.25);
    const expected = [-1.5 * unit, 1 - unit, 2 - 0.5 * unit, 3 + 0.75 * unit];
    expected.forEach((value, i) => expect(y?.[i]).toBeCloseTo(value, 5));
  });

  it('adds epsilon to the variance', () => {
    const y = layerNorm(tf.tensor2d([[0, 0, 0, 2]]), weights, 0.25).arraySync()[0];
    expect(y?.[3]).toBeCloseTo(3 + 0.5 * 1.5, 5);
  });

  const width = 4;
  const rows = [0.1, 1.2, -0.4, 2, 1, 0.5, -1.5, 0.3, -0.2, 0.9, 1.1, -0.7];
  const weighed = () => tf.tensor([1, -2, 3, 0.5, 2, 1, -1, 4, 0.3, -0.6, 2, 1], [3, 1, width]);
  const x = () => tf.tensor(rows, [3, 1, width]);

  it.each([
    ['input', x, (t: tf.Tensor) => layerNorm(t, weights, 0.01)],
    [
      'scale',
      () => weights.scale,
      (t: tf.Tensor) => layerNorm(x(), { ...weights, scale: t as tf.Tensor1D }, 0.01),
    ],
    [
      'shift',
      () => weights.shift,
      (t: tf.Tensor) => layerNorm(x(), { ...weights, shift: t as tf.Tensor1D }, 0.01),
    ],
  ] as const)('has the gradient of its formula towards its %s', (_, at, compute) => {
    const error = gradientError((t) => tf.mul(compute(t), weighed()), at());
    expect(error).toBeLessThan(5e-4);
  });
});
