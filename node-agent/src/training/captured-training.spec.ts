/**
 * A training step and a measurement of every method on every family are captured on onnxruntime, in each of the ways that memory
 * asks for, without a kernel of tfjs's own JavaScript; the losses are those of tfjs's cpu backend.
 */
import * as tf from '@tensorflow/tfjs-core';
import { contentHash } from '@consilium/shared/crypto';
import { decodeFloat, encodeFloat } from '@consilium/shared/encoding';
import type { AdapterConfig, OptimizerConfig } from '@consilium/shared/protocol';
import { initialTensors } from '@consilium/shared/tensors';
import { schemaOf } from '../adapters/testing/bench.js';
import { configsFor, titleOf } from '../adapters/testing/configs.js';
import {
  GEOMETRIES,
  openTiny,
  tinyParameters,
  tinyPixels,
} from '../adapters/testing/tiny-backbones.js';
import { loadTensors } from '../adapters/variables.js';
import type { Backbone } from '../backbones/backbone.js';
import type { Sample } from '../data/sample.js';
import { fallbacks, startBackend } from '../engine/testing/backends.js';
import { evaluate } from './evaluate.js';
import { trainLocally } from './local-training.js';
import type { MemoryPlan } from './memory-plan.js';
import { createModel, disposeModel } from './model.js';
import { TINY_TRAINING } from './testing/tiny-study.js';

const LABELS = [0, 2, 1, 2, 0];

/** AdamW divides by the root of the second moment: what is zero but for rounding would move as far as the rate allows. */
const SGD: OptimizerConfig = {
  kind: 'sgd',
  learningRate: encodeFloat(0.1),
  momentum: encodeFloat(0.9),
  weightDecay: encodeFloat(0.01),
};

type Plan = Pick<MemoryPlan, 'together' | 'memory'>;
const PLANS: readonly Plan[] = [
  { together: 3, memory: 'save' },
  { together: 2, memory: 'save' },
  { together: 2, memory: 'recompute' },
];

const SAMPLE: Omit<Sample, 'row' | 'label'> = {
  path: 'nowhere',
  split: 'train',
  patient: '',
  subgroups: {},
  hash: contentHash(new Uint8Array()),
};

/** Losses of the steps of an epoch, the last batch of which is padded, and of the measurement after it. */
async function lossesOf(backbone: Backbone, adapter: AdapterConfig, plan: Plan): Promise<number[]> {
  const { geometry } = backbone.description;
  const schema = schemaOf(backbone, adapter);
  const model = createModel(backbone, { geometry, adapter, schema });
  loadTensors(model.shared.variables, schema, initialTensors(schema, 'seed'));
  const pixels = tinyPixels(geometry, LABELS.length);
  const all = backbone.trunk(pixels, model.level);
  const [rows, columns] = backbone.shapeAt(model.level);
  const samples = LABELS.map((label, i): Sample => ({ ...SAMPLE, row: i, label }));
  const features = {
    batch: (batch: readonly Sample[]) =>
      Promise.resolve(
        tf.tidy(() =>
          tf.concat2d(
            batch.map(({ row }) => tf.slice(all, [row * rows, 0], [rows, columns])),
            0,
          ),
        ),
      ),
  };
  const config = { ...TINY_TRAINING, optimizer: SGD, batchSize: 3, localEpochs: 1 };
  const training = { config, samples, classCounts: [2, 1, 2], roundNo: 1, seed: 's', plan };
  const losses: number[] = [];
  await trainLocally(model, features, training, ({ loss }) => losses.push(loss));
  const measured = { model, features, samples, classes: 3, together: plan.together };
  const { loss } = await evaluate(measured, () => undefined);
  disposeModel(model);
  tf.dispose([pixels, all]);
  return [...losses, decodeFloat(loss)];
}

describe.each(Object.entries(GEOMETRIES))('%s:', (_, geometry) => {
  const configs = configsFor(geometry);
  const wanted = new Map<AdapterConfig, number[]>();
  let backbone: Backbone;

  beforeAll(async () => {
    await startBackend('cpu');
    backbone = openTiny(geometry, tinyParameters(geometry));
    for (const config of configs) {
      wanted.set(config, await lossesOf(backbone, config, { together: 3, memory: 'save' }));
    }
    backbone.dispose();
    await startBackend('onnxruntime');
    backbone = openTiny(geometry, tinyParameters(geometry));
  });
  afterAll(() => backbone.dispose());

  it.each(configs.map((config) => [titleOf(config), config] as const))(
    '%s trains and is measured in graphs alone, as in plain JavaScript',
    async (__, config) => {
      for (const plan of PLANS) {
        const losses = await lossesOf(backbone, config, plan);
        expect(fallbacks).toEqual([]);
        expect(losses).toHaveLength(3);
        expect(losses).toEqual(
          wanted.get(config)?.map((loss) => expect.closeTo(loss, 5) as number),
        );
      }
    },
  );
});
