/** A study small enough for a spec: the tiny vit, two classes, LoRA on its last block. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeFloat } from '@consilium/shared/encoding';
import { adapterSchema, type AdapterConfig, type TrainingConfig } from '@consilium/shared/protocol';
import { initialTensors, writeSafetensors } from '@consilium/shared/tensors';
import { describeBackbone } from '../../backbones/read-backbone.js';
import type { TrainerStudy } from '../../trainer-link/messages.js';
import { DRAWN_CLASSES } from './drawn-dataset.js';

export const TINY_BACKBONE = join(__dirname, '../../backbones/vit/vectors/tiny-vit');

export const TINY_LORA: AdapterConfig = {
  kind: 'lora',
  rank: 2,
  alpha: 4,
  targets: ['query', 'value'],
  blocks: [2],
};

export const TINY_TRAINING: TrainingConfig = {
  rounds: 3,
  localEpochs: 2,
  batchSize: 5,
  optimizer: {
    kind: 'adamw',
    learningRate: encodeFloat(0.01),
    weightDecay: encodeFloat(0.01),
    beta1: encodeFloat(0.9),
    beta2: encodeFloat(0.999),
    epsilon: encodeFloat(1e-8),
  },
  schedule: { kind: 'cosine', warmupSteps: 2 },
  classWeights: 'balanced',
  algorithm: { kind: 'fedavg' },
  updateRange: encodeFloat(1),
};

export interface TinyStudyOptions {
  readonly adapter?: AdapterConfig;
  readonly training?: Partial<TrainingConfig>;
  readonly minSamples?: number;
}

export async function tinyStudy(options: TinyStudyOptions = {}): Promise<TrainerStudy> {
  const { geometry, preprocessing, hash } = await describeBackbone(TINY_BACKBONE);
  const task = { kind: 'classification' as const, classes: [...DRAWN_CLASSES] };
  const adapter = options.adapter ?? TINY_LORA;
  return {
    task,
    geometry,
    preprocessing,
    backboneHash: hash,
    adapter,
    training: { ...TINY_TRAINING, ...options.training },
    schema: adapterSchema({ geometry, adapter, task, updateRange: 1 }),
    minSamples: options.minSamples ?? 4,
  };
}

/** Writes the adapter that a study starts from. */
export function writeInitialAdapter(path: string, study: TrainerStudy): void {
  writeFileSync(path, writeSafetensors(initialTensors(study.schema, 'tiny')));
}
