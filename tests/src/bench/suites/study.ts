/**
 * A whole study in real processes, on the task that the peers were measured with: what a round takes, what of it is not training,
 * memory, and bytes on the wire. The peers' figures were taken once on this task and are quoted, not rerun.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SHIPPED_BACKBONE } from '@consilium/demo/shipped-backbone';
import { figure, measured, quoted, type Figure } from '../measure/figure.js';
import { median } from '../measure/statistics.js';
import { writeRandomBackbone } from './random-backbone.js';
import { runTimedStudy, type StudyMeasurement, type TimedStudy } from './timed-study.js';

export interface StudyResult extends StudyMeasurement {
  readonly suite: 'study' | 'rounds';
  /** The task in words. */
  readonly task: string;
}

type StudyPlan = Omit<TimedStudy, 'folder' | 'backboneFolder'> & { readonly task: string };

/**
 * Flower 1.x and NVIDIA FLARE 2.x, three sites, ViT-S/16 with LoRA (r = 8) on query, key and value, 64 pictures a site, batch
 * 8, 4 steps a round. A study file counts whole epochs, so ours trains on 32 of the 64 pictures: the same 4 steps.
 */
const STUDY: StudyPlan = {
  task: 'ViT-S/16, LoRA r=8 on query, key and value, three sites, 32 training pictures of 224 pixels each, batch 8, 4 steps a round',
  pictures: { sites: 3, imagesPerSite: 64, trainingImages: 32, size: 224 },
  adapter: { kind: 'lora', rank: 8, alpha: 16, targets: ['query', 'key', 'value'], blocks: 'all' },
  rounds: 3,
};

/** Little training, so that what is left is the round itself, at an adapter as large as the peers'. */
const ROUNDS: StudyPlan = {
  task: 'the shipped backbone, LoRA r=11 on every linear layer, three sites, 16 training pictures each, ten rounds',
  pictures: { sites: 3, imagesPerSite: 20, trainingImages: 16, size: 80 },
  adapter: {
    kind: 'lora',
    rank: 11,
    alpha: 11,
    targets: ['query', 'key', 'value', 'attention-output', 'mlp-up', 'mlp-down'],
    blocks: 'all',
  },
  rounds: 10,
};

const QUICK = { pictures: ROUNDS.pictures, rounds: 1 } as const;

export async function measureStudy(
  suite: StudyResult['suite'],
  isQuick: boolean,
): Promise<StudyResult> {
  const plan = { ...(suite === 'study' ? STUDY : ROUNDS), ...(isQuick ? QUICK : {}) };
  const folder = await mkdtemp(join(tmpdir(), 'consilium-bench-'));
  try {
    const backboneFolder = await backbone(suite, isQuick, folder);
    const task = isQuick ? 'quick: the shipped backbone, one round' : plan.task;
    return { suite, ...(await runTimedStudy({ ...plan, folder, backboneFolder })), task };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function backbone(
  suite: StudyResult['suite'],
  isQuick: boolean,
  folder: string,
): Promise<string> {
  if (suite === 'rounds' || isQuick) {
    return SHIPPED_BACKBONE;
  }
  const path = join(folder, 'backbone');
  await writeRandomBackbone(path, 'bench');
  return path;
}

/** On the task of `study`, on two cores. Each range as its two ends. */
const PEERS = [
  { name: 'Flower', overheadMs: [12_500, 13_800], coordinatorMiB: 713, wire: 2.6 },
  { name: 'NVIDIA FLARE', overheadMs: [2_000, 2_500], coordinatorMiB: 610, wire: 1.05 },
] as const;
const PEER_AGENT_MIB = [1_145, 1_575] as const;

export function studyFigures(result: StudyResult): Figure[] {
  const { suite, rounds } = result;
  const middle = (value: (round: StudyMeasurement['rounds'][number]) => number) =>
    median(rounds.map(value));
  const lines = [
    figure(
      `${suite}: overhead of a round`,
      middle(({ overheadMs }) => overheadMs),
      'ms',
      'less',
      PEERS.map(({ name, overheadMs: [low, high] }) => quoted(name, (low + high) / 2)),
    ),
    figure(
      `${suite}: a round`,
      middle(({ wallMs }) => wallMs),
      'ms',
    ),
    figure(
      `${suite}: bytes on the wire by bytes of tensors`,
      result.wireBytes / result.tensorBytes,
      'times',
      'less',
      [measured('the tensors alone', 1), ...PEERS.map(({ name, wire }) => quoted(name, wire))],
    ),
    figure(
      `${suite}: peak memory of the coordinator`,
      result.coordinatorRssMiB,
      'MiB',
      'less',
      PEERS.map(({ name, coordinatorMiB }) => quoted(name, coordinatorMiB)),
    ),
  ];
  const [low, high] = PEER_AGENT_MIB;
  const agents = suite === 'study' ? [quoted('a peer’s agent', (low + high) / 2)] : [];
  return [
    ...lines,
    figure(
      `${suite}: peak memory of an agent`,
      Math.max(...result.agentRssMiB),
      'MiB',
      'less',
      agents,
    ),
  ];
}
