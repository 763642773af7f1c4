/** The study that the demo runs, as an operator would write it. */
import { stringify } from 'yaml';
import type { DemoAdapter } from './demo-adapters.js';

export interface DemoStudy {
  readonly classes: readonly string[];
  readonly backboneHash: string;
  readonly sites: number;
  readonly rounds: number | undefined;
  readonly seed: number;
  readonly method: DemoAdapter;
  readonly aggregation: Aggregation;
}

/** Whether the coordinator learns the sum of the updates alone, or may read each one while it sums them. */
export const AGGREGATIONS = ['secure', 'plain'] as const;
export type Aggregation = (typeof AGGREGATIONS)[number];

/** Unless the person says how many. */
export const DEMO_ROUNDS = 12;

export const DEMO_STUDY_ID = 'blood-cells';

/** @returns the study file as YAML. */
export function demoStudyFile(study: DemoStudy): string {
  return stringify({
    study: DEMO_STUDY_ID,
    title: 'Cell typing across laboratories',
    task: { kind: 'classification', classes: study.classes },
    backbone: study.backboneHash,
    adapter: study.method.adapter,
    training: {
      rounds: study.rounds ?? DEMO_ROUNDS,
      localEpochs: 1,
      batchSize: 16,
      optimizer: { kind: 'adamw', learningRate: study.method.learningRate, weightDecay: 0.01 },
      schedule: { kind: 'cosine' },
      classWeights: 'balanced',
    },
    privacy: { secureAggregation: study.aggregation === 'secure' ? 'on' : 'off' },
    participation: {
      minSites: study.sites,
      minSamples: 10,
      advertDeadline: '2m',
      roundDeadline: '10m',
    },
    seed: study.seed,
  });
}
