/**
 * How long one training step takes in this process, through the code that trains a study: a random ViT-S/16 on cached trunk
 * activations, LoRA on query and value, AdamW. Started by the benchmark of steps in a process of its own, so that the process's
 * peak memory is the engine's.
 */
import * as tf from '@tensorflow/tfjs-core';
import { contentHash, seededRandom } from '@consilium/shared/crypto';
import { encodeFloat } from '@consilium/shared/encoding';
import {
  adapterSchema,
  backboneParameters,
  PLAIN_VIT,
  type AdapterConfig,
  type BackboneDescription,
  type VitGeometry,
} from '@consilium/shared/protocol';
import { initialTensors, shapeSize } from '@consilium/shared/tensors';
import { loadTensors } from '../adapters/variables.js';
import type { Backbone } from '../backbones/backbone.js';
import { engineValues } from '../backbones/engine-form.js';
import { buildBackbone } from '../backbones/registry.js';
import type { Sample } from '../data/sample.js';
import { trainLocally, type LocalTraining } from './local-training.js';
import { planMemory } from './memory-plan.js';
import { createModel, disposeModel, trainedVariables } from './model.js';

export interface StepPlan {
  readonly geometry: VitGeometry;
  readonly adapt: Adapt;
  /** Pictures in a step. */
  readonly batch: number;
  /** Steps before those that count: they compile, allocate and fill caches. */
  readonly warmUp: number;
  readonly steps: number;
  readonly seed: string;
  /** Of an engine on the processor; absent = a GPU. */
  readonly threads: number | undefined;
}

export const ADAPT = ['all', 'last4'] as const;
/** Which blocks are adapted. */
export type Adapt = (typeof ADAPT)[number];

export interface MeasuredSteps {
  /** Milliseconds of each step that counts: forward, backward and update. */
  readonly milliseconds: readonly number[];
  /** Of every step, those of the warm-up first. */
  readonly loss: readonly number[];
}

/** ViT-S/16 (Touvron et al. 2021, table 1) at 224 pixels: 197 tokens. */
export const VIT_SMALL: VitGeometry = {
  ...PLAIN_VIT,
  hiddenSize: 384,
  layers: 12,
  heads: 6,
  mlpSize: 1536,
  imageSize: 224,
  patchSize: 16,
  layerNormEps: encodeFloat(1e-6),
};

const LAST = 4;
const CLASSES = 10;
const RANK = 8;
const TASK = {
  kind: 'classification' as const,
  classes: Array.from({ length: CLASSES }, (_, i) => `class ${i}`),
};
/** Uniform within it: the spread of the usual initial weights, a standard deviation of 0.02. */
const WEIGHT_BOUND = 0.02 * Math.sqrt(3);

/** The engine must run. Frees what it made. @throws ConsiliumError 'non-finite' when the training diverges */
export async function measureSteps(plan: StepPlan): Promise<MeasuredSteps> {
  const backbone = randomBackbone(plan.geometry, plan.seed);
  const adapter = loraOf(plan);
  const schema = adapterSchema({ geometry: plan.geometry, adapter, task: TASK, updateRange: 1 });
  const model = createModel(backbone, { geometry: plan.geometry, adapter, schema });
  loadTensors(model.shared.variables, schema, initialTensors(schema, plan.seed));
  const [rows, columns] = backbone.shapeAt(model.level);
  const values = drawn(plan.batch * rows * columns, 1, `${plan.seed}/activations`);
  const features = {
    batch: (samples: readonly Sample[]) =>
      Promise.resolve(tf.tensor2d(values, [samples.length * rows, columns])),
  };
  const memory = planMemory({
    ...{ description: backbone.description, level: model.level, values: rows * columns },
    ...{ batch: plan.batch, evaluated: plan.batch, memoryBytes: undefined, threads: plan.threads },
    trained: trainedVariables(model).reduce((sum, { size }) => sum + size, 0),
  });
  const milliseconds: number[] = [];
  const loss: number[] = [];
  let sinceMs = performance.now();
  try {
    await trainLocally(model, features, { ...trainingOf(plan), plan: memory }, (report) => {
      const nowMs = performance.now();
      milliseconds.push(nowMs - sinceMs);
      loss.push(report.loss);
      sinceMs = nowMs;
    });
  } finally {
    disposeModel(model);
    backbone.dispose();
  }
  return { milliseconds: milliseconds.slice(plan.warmUp), loss };
}

function loraOf({ geometry, adapt }: StepPlan): AdapterConfig {
  const blocks = Array.from({ length: geometry.layers }, (_, block) => block);
  return {
    kind: 'lora',
    rank: RANK,
    alpha: 2 * RANK,
    targets: ['query', 'value'],
    blocks: adapt === 'all' ? blocks : blocks.slice(-LAST),
  };
}

/** One batch, over and over: an epoch is a step. */
function trainingOf({ batch, warmUp, steps, seed }: StepPlan): LocalTraining {
  return {
    config: {
      rounds: 1,
      localEpochs: warmUp + steps,
      batchSize: batch,
      optimizer: {
        kind: 'adamw',
        learningRate: encodeFloat(1e-3),
        weightDecay: encodeFloat(0.01),
        beta1: encodeFloat(0.9),
        beta2: encodeFloat(0.999),
        epsilon: encodeFloat(1e-8),
      },
      schedule: { kind: 'constant' },
      classWeights: 'none',
      algorithm: { kind: 'fedavg' },
      updateRange: encodeFloat(1),
    },
    samples: Array.from({ length: batch }, (_, i) => sampleOf(i)),
    classCounts: new Array<number>(CLASSES).fill(1),
    roundNo: 1,
    seed,
  };
}

/** A label; the activations beside it are drawn. */
function sampleOf(i: number): Sample {
  return {
    row: i + 2,
    path: '',
    label: i % CLASSES,
    split: 'train',
    patient: '',
    subgroups: {},
    hash: contentHash(Uint8Array.of(i)),
  };
}

/** In the engine's form, parameter by parameter, as a backbone is opened from its files. */
export function randomBackbone(geometry: VitGeometry, seed: string): Backbone {
  const parameters = new Map<string, tf.Tensor>();
  let count = 0;
  for (const { name, shape } of backboneParameters(geometry)) {
    const size = shapeSize(shape);
    const data = isScale(name)
      ? new Float32Array(size).fill(1)
      : drawn(size, WEIGHT_BOUND, `${seed}/${name}`);
    const turned = engineValues(name, { shape, data });
    parameters.set(name, tf.tensor(turned.data, [...turned.shape]));
    count += size;
  }
  return buildBackbone(describe(geometry, count), parameters);
}

function isScale(name: string): boolean {
  return name.includes('norm') && name.endsWith('.weight');
}

function describe(geometry: VitGeometry, parameters: number): BackboneDescription {
  const side = geometry.imageSize;
  return {
    hash: contentHash(new Uint8Array()),
    geometry,
    preprocessing: {
      resize: { kind: 'exact', height: side, width: side },
      resample: 'bilinear',
      resizes: 'bytes',
      rescale: encodeFloat(1 / 255),
      mean: [0.5, 0.5, 0.5].map(encodeFloat),
      std: [0.5, 0.5, 0.5].map(encodeFloat),
    },
    parameters,
  };
}

/** Uniform in [-bound, bound). */
function drawn(length: number, bound: number, seed: string): Float32Array {
  const random = seededRandom(seed);
  return Float32Array.from({ length }, () => (2 * random.uniform() - 1) * bound);
}
