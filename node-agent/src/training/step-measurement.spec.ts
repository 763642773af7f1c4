import * as tf from '@tensorflow/tfjs-core';
import { startBackend } from '../engine/testing/backends.js';
import { measureSteps, VIT_SMALL, type StepPlan } from './step-measurement.js';

const TINY: StepPlan = {
  geometry: { ...VIT_SMALL, hiddenSize: 24, mlpSize: 48, layers: 5, imageSize: 32 },
  adapt: 'all',
  batch: 4,
  warmUp: 1,
  steps: 2,
  seed: 'a spec',
  threads: 1,
};

describe('measureSteps', () => {
  beforeAll(() => startBackend('cpu'));

  it('trains: the loss falls from that of a guess, the same at every run', async () => {
    const { loss } = await measureSteps(TINY);
    expect(loss[0]).toBeCloseTo(Math.log(10), 3);
    expect(loss.at(-1)).toBeLessThan(loss[0] ?? 0);
    expect((await measureSteps(TINY)).loss).toEqual(loss);
  });

  it('counts the steps after the warm-up', async () => {
    const { milliseconds, loss } = await measureSteps(TINY);
    expect(milliseconds).toHaveLength(2);
    expect(loss).toHaveLength(3);
    milliseconds.forEach((time) => expect(time).toBeGreaterThan(0));
  });

  it('frees every tensor', async () => {
    const before = tf.memory().numTensors;
    await measureSteps({ ...TINY, adapt: 'last4' });
    expect(tf.memory().numTensors).toBe(before);
  });
});
