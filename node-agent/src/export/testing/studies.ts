/** Studies on the tiny models of tests/interop/vectors, with values as training leaves them: no two alike. */
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { encodeFloat } from '@consilium/shared/encoding';
import {
  adapterSchema,
  inputSize,
  studyIdSchema,
  type AdapterConfig,
  type Pool,
  type Preprocessing,
  type StudyProtocol,
} from '@consilium/shared/protocol';
import { schemaHash, shapeSize, type TensorSet } from '@consilium/shared/tensors';
import type { ContentHash } from '@consilium/shared/vocabulary';
import { createAdapter } from '../../adapters/registry.js';
import { createHead } from '../../adapters/head.js';
import { loadTensors } from '../../adapters/variables.js';
import { openBackbone } from '../../backbones/open-backbone.js';
import { describeBackbone } from '../../backbones/read-backbone.js';

export const VECTORS = join(__dirname, '../../../../tests/interop/vectors');

export const CLASSES = ['benign', 'malignant', 'normal'];

export interface StudyOnVector {
  readonly protocol: StudyProtocol;
  readonly tensors: TensorSet;
  readonly backboneFolder: string;
}

/** @param vector folder of a tiny model @param pool the study's, if not the folder's own */
export async function studyOn(
  vector: string,
  adapter: AdapterConfig,
  pool?: Pool,
): Promise<StudyOnVector> {
  const backboneFolder = join(VECTORS, vector);
  const found = await describeBackbone(backboneFolder);
  const geometry =
    pool === undefined || found.geometry.architecture !== 'vit'
      ? found.geometry
      : { ...found.geometry, pool };
  const protocol = protocolOf({ ...found, geometry }, adapter);
  return { protocol, tensors: drawnTensors(protocol), backboneFolder };
}

function protocolOf(backbone: StudyProtocol['backbone'], adapter: AdapterConfig): StudyProtocol {
  const task = { kind: 'classification' as const, classes: CLASSES };
  const schema = adapterSchema({ geometry: backbone.geometry, adapter, task, updateRange: 1 });
  return {
    v: 1,
    studyId: studyIdSchema.parse('export-study'),
    title: 'A study of exports',
    task,
    backbone,
    adapter,
    training: {
      rounds: 3,
      localEpochs: 1,
      batchSize: 4,
      optimizer: {
        kind: 'sgd',
        learningRate: encodeFloat(0.01),
        momentum: encodeFloat(0),
        weightDecay: encodeFloat(0),
      },
      schedule: { kind: 'constant' },
      classWeights: 'none',
      algorithm: { kind: 'fedavg' },
      updateRange: encodeFloat(1),
    },
    privacy: { secureAggregation: 'off' },
    participation: {
      minSites: 2,
      minSamples: 1,
      sites: 'all',
      advertDeadlineMs: 1000,
      roundDeadlineMs: 1000,
      maxAttempts: 1,
    },
    seed: 'exports',
    schemaHash: schemaHash(schema),
  };
}

function drawnTensors({ backbone, adapter, task }: StudyProtocol): TensorSet {
  const schema = adapterSchema({ geometry: backbone.geometry, adapter, task, updateRange: 1 });
  return new Map(
    schema.map(({ name, shape }, k) => {
      const data = Float32Array.from(
        { length: shapeSize(shape) },
        (_, j) => 0.2 * Math.sin(1 + k + 0.7 * j),
      );
      return [name, { shape, data }];
    }),
  );
}

/** Pixels sin(0.05 j) in PyTorch's order [1, 3, height, width], as the engine has them. */
function pixelsOf(preprocessing: Preprocessing): tf.Tensor4D {
  const { height, width } = inputSize(preprocessing);
  const values = Float32Array.from({ length: 3 * height * width }, (_, j) => Math.sin(0.05 * j));
  return tf.transpose(tf.tensor4d(values, [1, 3, height, width]), [0, 2, 3, 1]);
}

export interface ModelToRun {
  readonly backboneFolder: string;
  readonly backbone: Omit<StudyProtocol['backbone'], 'hash'> & {
    readonly hash?: ContentHash | undefined;
  };
  readonly adapter: AdapterConfig;
  /** Method, and head if there is one. */
  readonly tensors: TensorSet;
}

/** Logits of our own model for one picture, or its feature where there is no head. */
export async function runModel(model: ModelToRun): Promise<number[]> {
  const { backboneFolder, adapter, tensors } = model;
  const { geometry, preprocessing, hash } = model.backbone;
  const expected = { geometry, preprocessing, ...(hash === undefined ? {} : { hash }) };
  const backbone = await openBackbone(backboneFolder, expected);
  const schema = [...tensors].map(([name, { shape }]) => ({
    ...{ name, shape, range: encodeFloat(1) },
    init: name.endsWith('.lora-a') ? initOf(shape) : ({ kind: 'zeros' } as const),
  }));
  const own = schema.filter(({ name }) => !name.startsWith('head.'));
  const attached = createAdapter(adapter, geometry, own);
  const head = schema.length === own.length ? undefined : createHead(schema);
  loadTensors(new Map([...attached.variables, ...(head?.variables ?? [])]), schema, tensors);
  const values = tf.tidy(() => {
    const frozen = backbone.trunk(pixelsOf(preprocessing), attached.level);
    const feature = backbone.features(frozen, attached.level, attached.adaptation);
    return [...(head?.logits(feature) ?? feature).dataSync()];
  });
  attached.dispose();
  head?.dispose();
  backbone.dispose();
  return values;
}

function initOf([, inputs = 1]: readonly number[]) {
  return { kind: 'uniform', bound: encodeFloat(1 / Math.sqrt(inputs)) } as const;
}
