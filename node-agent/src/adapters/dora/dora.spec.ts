/** What the contract suite cannot see: the gradient of the factors, for which the norm of the rows is a constant. */
import * as tf from '@tensorflow/tfjs-core';
import type { AdapterConfig } from '@consilium/shared/protocol';
import type { Tensor, TensorSet } from '@consilium/shared/tensors';
import { unadapted, type Adaptation, type Backbone } from '../../backbones/backbone.js';
import { startBackend } from '../../engine/testing/backends.js';
import { linearName } from '../linear-name.js';
import {
  createBench,
  disposeBench,
  filled,
  gradientsOf,
  load,
  slopeAlong,
  trunkOf,
  type Bench,
} from '../testing/bench.js';
import { GEOMETRIES, openTiny, tinyParameters } from '../testing/tiny-backbones.js';

const SCALE = 2;
const DORA = {
  kind: 'dora',
  rank: 2,
  alpha: 4,
  targets: ['query', 'mlp-up'],
  blocks: [1],
} satisfies AdapterConfig;

/** m / |W + s B A| for each row, in float64, from the values that the bench starts from. */
function gains(weight: Tensor, tensors: TensorSet, name: string): number[] {
  const [outputs = 0, inputs = 0] = weight.shape;
  const valuesOf = (part: string) => tensors.get(`${name}.${part}`)?.data ?? new Float32Array();
  const [down, up, delta] = [valuesOf('lora-a'), valuesOf('lora-b'), valuesOf('magnitude-delta')];
  return Array.from({ length: outputs }, (_, o) => {
    const row = weight.data.subarray(o * inputs, (o + 1) * inputs);
    const grown = row.map((value, i) =>
      [0, 1].reduce(
        (sum, r) => sum + SCALE * (up[o * 2 + r] ?? 0) * (down[r * inputs + i] ?? 0),
        value,
      ),
    );
    return (Math.hypot(...row) + (delta[o] ?? 0)) / Math.hypot(...grown);
  });
}

/** DoRA with the gains of the start, whatever the factors become. */
function withFixedGains(bench: Bench, parameters: TensorSet): Adaptation {
  const start = filled(bench.schema);
  return {
    ...unadapted,
    linear: (at, x, { bias }, next) => {
      const name = linearName(at);
      const down = bench.variables.get(`${name}.lora-a`);
      const up = bench.variables.get(`${name}.lora-b`);
      if (down === undefined || up === undefined) {
        return next(x);
      }
      const gain = tf.tensor1d(gains(parameters.get(`${name}.weight`) as Tensor, start, name));
      const change = tf.matMul(tf.matMul(x, down as tf.Tensor2D, false, true), up, false, true);
      const withoutBias = tf.sub(next(x), bias ?? 0);
      return tf.add(tf.mul(tf.add(withoutBias, tf.mul(change, SCALE)), gain), bias ?? 0);
    },
  };
}

describe('DoRA', () => {
  const geometry = GEOMETRIES['plain vit'] as NonNullable<(typeof GEOMETRIES)[string]>;
  const parameters = tinyParameters(geometry);
  let backbone: Backbone;
  let bench: Bench;

  beforeAll(async () => {
    await startBackend('wasm');
    backbone = openTiny(geometry, parameters);
    bench = createBench(backbone, DORA);
  });
  afterAll(() => {
    disposeBench(bench);
    backbone.dispose();
  });

  it('has the gradient of its factors that goes with a constant norm', () => {
    load(bench, filled(bench.schema));
    const x = trunkOf(bench);
    const gradients = gradientsOf(bench, x);
    const fixed = {
      ...bench,
      adapter: { ...bench.adapter, adaptation: withFixedGains(bench, parameters) },
    };
    const factors = [...gradients].filter(([name]) => /\.lora-[ab]$/.test(name));
    expect(factors).toHaveLength(4);
    for (const [name, gradient] of factors) {
      const norm = Math.hypot(...gradient);
      const unit = gradient.map((value) => value / norm);
      const found = slopeAlong(fixed, new Map([[name, unit]]), x, 1e-2);
      expect(Math.abs(found - norm)).toBeLessThan(2e-2 * norm + 2e-5);
    }
  });
});
