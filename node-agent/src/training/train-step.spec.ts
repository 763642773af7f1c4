/** A step is the same whether a batch goes through at once, in parts, recomputed, or with blank pictures behind it. */
import * as tf from '@tensorflow/tfjs-core';
import type { AdapterConfig, BackboneGeometry } from '@consilium/shared/protocol';
import { initialTensors } from '@consilium/shared/tensors';
import { configsFor, titleOf } from '../adapters/testing/configs.js';
import { schemaOf } from '../adapters/testing/bench.js';
import {
  GEOMETRIES,
  openTiny,
  tinyParameters,
  tinyPixels,
} from '../adapters/testing/tiny-backbones.js';
import { loadTensors, saveTensors } from '../adapters/variables.js';
import type { Backbone } from '../backbones/backbone.js';
import { BACKENDS, startBackend } from '../engine/testing/backends.js';
import { classShares } from '../tasks/classification/loss.js';
import type { MemoryPlan } from './memory-plan.js';
import { createModel, disposeModel } from './model.js';
import { padPictures } from './padding.js';
import { createTrainStep } from './train-step.js';
import { TINY_TRAINING } from './testing/tiny-study.js';

const PICTURES = 4;
const LABELS = [0, 2, 1, 2];
const WEIGHTS = [1, 0.5, 2];
const GEOMETRY = GEOMETRIES['dinov2 with registers'] as BackboneGeometry;

type Plan = Pick<MemoryPlan, 'together' | 'memory'>;

interface Trained {
  readonly losses: readonly number[];
  readonly values: readonly number[];
  /** Tensors that two steps have left behind. */
  readonly left: number;
}

async function train(
  backbone: Backbone,
  adapter: AdapterConfig,
  plan: Plan,
  padded = PICTURES,
): Promise<Trained> {
  const { geometry } = backbone.description;
  const schema = schemaOf(backbone, adapter);
  const model = createModel(backbone, { geometry, adapter, schema });
  loadTensors(model.shared.variables, schema, initialTensors(schema, 'seed'));
  const pixels = tinyPixels(geometry, PICTURES);
  const x = padPictures(backbone.trunk(pixels, model.level), PICTURES, padded);
  const shares = new Float32Array(padded * WEIGHTS.length);
  shares.set(classShares(LABELS, WEIGHTS));
  const batch = { x, shares: tf.tensor2d(shares, [padded, WEIGHTS.length]) };
  const step = createTrainStep(model, TINY_TRAINING.optimizer, plan);
  const losses = [await step.run(batch, 0.01)];
  const before = tf.memory().numTensors;
  losses.push(await step.run(batch, 0.02), await step.run(batch, 0.01));
  const left = tf.memory().numTensors - before;
  const values = [...(await saveTensors(model.shared.variables)).values()].flatMap(({ data }) => [
    ...data,
  ]);
  step.dispose();
  tf.dispose([pixels, x, batch.shares]);
  disposeModel(model);
  return { losses, values, left };
}

function expectSame(found: Trained, wanted: Trained): void {
  const farthest = (a: readonly number[], b: readonly number[]): number =>
    Math.max(...a.map((value, i) => Math.abs(value - (b[i] ?? Number.NaN))));
  expect(farthest(found.losses, wanted.losses)).toBeLessThan(1e-6);
  // AdamW divides by the root of the second moment: a gradient that is zero but for rounding moves by anything up to the rate.
  expect(farthest(found.values, wanted.values)).toBeLessThan(5e-4);
}

describe.each(BACKENDS)('a training step on %s', (backend) => {
  let backbone: Backbone;
  const whole: Plan = { together: PICTURES, memory: 'save' };

  beforeAll(async () => {
    await startBackend(backend);
    backbone = openTiny(GEOMETRY, tinyParameters(GEOMETRY));
  });
  afterAll(() => backbone.dispose());

  describe.each(configsFor(GEOMETRY).map((config) => [titleOf(config), config] as const))(
    '%s',
    (_, config) => {
      it('is the same at once, in parts, recomputed and with blank pictures', async () => {
        const once = await train(backbone, config, whole);
        expect(once.losses[2]).toBeLessThan(once.losses[0] ?? 0);
        expect(once.left).toBe(0);
        const ways: [Plan, number][] = [
          [{ together: 2, memory: 'save' }, PICTURES],
          [{ together: 1, memory: 'recompute' }, PICTURES],
          [{ together: PICTURES, memory: 'recompute' }, PICTURES],
          [{ together: 6, memory: 'save' }, 6],
        ];
        for (const [plan, padded] of ways) {
          const other = await train(backbone, config, plan, padded);
          expect(other.left).toBe(0);
          expectSame(other, once);
        }
      });
    },
  );

  it('gives the same bits again', async () => {
    const config = configsFor(GEOMETRY)[1] as AdapterConfig;
    expect(await train(backbone, config, whole)).toEqual(await train(backbone, config, whole));
  });
});
