/** For specs: a backbone, a study file as YAML gives it, and a study protocol. */
import { encodeFloat } from '../../encoding/index.js';
import { PLAIN_VIT, type BackboneDescription, type StudyProtocol } from '../index.js';
import { hash, ONE, SITE_ID, STUDY_ID } from './sample-scalars.js';

/** ViT-Tiny: hidden 192, 12 blocks. */
export const BACKBONE: BackboneDescription = {
  hash: hash('bb'),
  geometry: {
    ...PLAIN_VIT,
    hiddenSize: 192,
    layers: 12,
    heads: 3,
    mlpSize: 768,
    imageSize: 224,
    patchSize: 16,
    layerNormEps: encodeFloat(1e-12),
  },
  preprocessing: {
    resize: { kind: 'exact', height: 224, width: 224 },
    resample: 'bilinear',
    resizes: 'bytes',
    rescale: encodeFloat(1 / 255),
    mean: [ONE, ONE, ONE],
    std: [ONE, ONE, ONE],
  },
  parameters: 5_524_416,
};

/** Every optional member is there; no real model has them all. */
const FULL_BACKBONE: BackboneDescription = {
  ...BACKBONE,
  geometry: {
    ...PLAIN_VIT,
    ...BACKBONE.geometry,
    architecture: 'vit',
    pool: 'class',
    attentionPoolMlpSize: 768,
    projectionSize: 128,
  },
  preprocessing: {
    ...BACKBONE.preprocessing,
    resize: { kind: 'shortest-edge', size: 256 },
    crop: { height: 224, width: 224, offset: 'down' },
  },
  model: 'sample-vit',
};

/** Only what has no default. */
export function shortestStudyFile() {
  return {
    study: 'blood-cells',
    title: 'Cell typing across laboratories',
    task: { kind: 'classification', classes: ['basophil', 'monocyte'] },
    backbone: BACKBONE.hash as string,
    adapter: { kind: 'lora' } as Record<string, unknown>,
    training: { rounds: 6, optimizer: { kind: 'adamw', learningRate: 3e-3 } } as Record<
      string,
      unknown
    >,
    privacy: { secureAggregation: 'off' } as Record<string, unknown>,
    participation: { minSites: 3 } as Record<string, unknown>,
  };
}

/** Every optional member is there. */
export const STUDY_PROTOCOL: StudyProtocol = {
  v: 1,
  studyId: STUDY_ID,
  title: 'Cell typing across laboratories',
  task: { kind: 'classification', classes: ['basophil', 'monocyte'] },
  backbone: FULL_BACKBONE,
  adapter: {
    kind: 'lora',
    rank: 4,
    alpha: 8,
    targets: ['query', 'value'],
    blocks: [10, 11],
    rankPattern: [{ block: 11, target: 'value', rank: 2, alpha: 4 }],
  },
  privateAdapter: { kind: 'lora', rank: 2, alpha: 4, targets: ['query'], blocks: [11] },
  training: {
    rounds: 6,
    localEpochs: 2,
    batchSize: 16,
    optimizer: {
      kind: 'adamw',
      learningRate: encodeFloat(3e-3),
      weightDecay: encodeFloat(0.01),
      beta1: encodeFloat(0.9),
      beta2: encodeFloat(0.999),
      epsilon: encodeFloat(1e-8),
    },
    schedule: { kind: 'cosine', warmupSteps: 10 },
    classWeights: 'balanced',
    algorithm: { kind: 'fedavg' },
    updateRange: ONE,
    clipNorm: ONE,
  },
  privacy: { secureAggregation: 'off' },
  acceptance: { metric: 'balanced-accuracy', tolerance: ONE, maxNorm: ONE },
  participation: {
    minSites: 2,
    minSamples: 10,
    sites: [SITE_ID],
    advertDeadlineMs: 60_000,
    roundDeadlineMs: 600_000,
    maxAttempts: 3,
  },
  seed: '1',
  schemaHash: hash('5c'),
};
