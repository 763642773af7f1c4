import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { encodeFloat } from '@consilium/shared/encoding';
import type { OptimizerConfig } from '@consilium/shared/protocol';
import { BACKENDS, startBackend } from '../../engine/testing/backends.js';
import { initialMoments } from './optimizer.js';
import { createOptimizer } from './registry.js';

interface Vector {
  readonly kind: OptimizerConfig['kind'];
  readonly options: {
    readonly weight_decay: number;
    readonly betas?: readonly [number, number];
    readonly eps?: number;
    readonly momentum?: number;
  };
  readonly path: readonly (readonly number[])[];
}

const { size, cases } = JSON.parse(
  readFileSync(join(__dirname, 'vectors/optimizers.json'), 'utf8'),
) as { size: number; cases: readonly Vector[] };

function configOf({ kind, options }: Vector): OptimizerConfig {
  const learningRate = encodeFloat(1);
  const weightDecay = encodeFloat(options.weight_decay);
  if (kind === 'sgd') {
    return { kind, learningRate, weightDecay, momentum: encodeFloat(options.momentum ?? 0) };
  }
  const [beta1 = 0, beta2 = 0] = options.betas ?? [];
  return {
    kind,
    learningRate,
    weightDecay,
    beta1: encodeFloat(beta1),
    beta2: encodeFloat(beta2),
    epsilon: encodeFloat(options.eps ?? 0),
  };
}

describe.each(BACKENDS)('optimizers on %s', (backend) => {
  beforeAll(() => startBackend(backend));

  it.each(cases)('$kind with $options walks as torch does, 20 steps', (vector) => {
    const optimizer = createOptimizer(configOf(vector));
    tf.tidy(() => {
      let value: tf.Tensor = tf.linspace(-1, 1, size);
      let [moments = []] = initialMoments(optimizer, [value]);
      expect(moments).toHaveLength(optimizer.momentCount);
      vector.path.forEach((expected, step) => {
        const slopes = Array.from({ length: size }, (_, i) => 0.5 * Math.sin(i * 1.7 + step * 0.9));
        const gradient = tf.tensor1d(slopes);
        const rates = optimizer.rates(step + 1, 0.05 / (1 + step)).map((rate) => tf.scalar(rate));
        ({ value, moments } = optimizer.move({ value, gradient, moments }, rates));
        const values = value.dataSync();
        const differences = expected.map((wanted, i) => Math.abs(wanted - (values[i] ?? NaN)));
        expect(Math.max(...differences)).toBeLessThan(1e-6);
      });
    });
  });
});
