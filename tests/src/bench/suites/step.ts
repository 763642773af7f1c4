/**
 * One training step of ViT-S/16 with LoRA, each engine in processes of its own: time, memory, and where a Python with PyTorch is
 * named the same step there, in turn with ours so that a busy moment of the machine meets all of them.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { jsonOfChild } from '../measure/child.js';
import { figure, measured, type Beside, type Figure } from '../measure/figure.js';
import { median } from '../measure/statistics.js';
import {
  buildPreload,
  runPyTorch,
  type TorchOptions,
  type TorchRun,
  type TorchVariant,
} from './pytorch.js';
import type { ProcessRun } from './process-run.js';

interface EngineRun extends ProcessRun {
  readonly engine: {
    readonly backend: string;
    readonly version: string;
    readonly device: string;
    readonly threads: number;
  };
  readonly batch: number;
}

interface Measured {
  readonly medianMs: number;
  readonly peakRssMiB: number;
}

export interface StepResult extends Measured {
  readonly suite: 'step';
  readonly engine: string;
  readonly model: 'vit-small' | 'small';
  readonly adapt: string;
  readonly batch: number;
  readonly threads: number;
  /** Of all processes together. */
  readonly steps: number;
  /** Of the first process, from its first step on. */
  readonly loss: readonly number[];
  readonly engineVersion: string;
  readonly device: string;
  readonly pytorch?: {
    readonly version: string;
    readonly threads: number;
    readonly shipped: Measured;
    /** Absent where it could not be forced. */
    readonly avx512?: Measured;
    /** Our median by each of theirs. */
    readonly ratio: { readonly shipped: number; readonly avx512?: number };
  };
}

export interface StepOptions {
  /** Absent = the one that an agent takes. */
  readonly engine: string | undefined;
  readonly adapt: string;
  readonly threads: number | undefined;
  readonly python: string | undefined;
  /** Few steps of a transformer of 17 tokens, to see that everything runs. */
  readonly isQuick: boolean;
}

export async function measureStep(options: StepOptions): Promise<StepResult> {
  const counts = options.isQuick
    ? { processes: 1, steps: 2, warmUp: 1 }
    : { processes: 2, steps: 5, warmUp: 2 };
  // PyTorch gets every processor, also beside an engine that uses one.
  const threads = options.threads ?? availableParallelism();
  const own: EngineRun[] = [];
  const torch: Record<TorchVariant, TorchRun[]> = { shipped: [], avx512: [] };
  const scratch = await mkdtemp(join(tmpdir(), 'consilium-bench-'));
  try {
    const preload = options.python === undefined ? undefined : buildPreload(scratch);
    for (let i = 0; i < counts.processes; i += 1) {
      own.push(await runEngine(options, counts));
      await runTheirs({ ...options, ...counts, threads, preload }, torch);
    }
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  return resultOf(options, own, torch);
}

type TheirOptions = Omit<TorchOptions, 'python'> &
  Pick<StepOptions, 'python'> & { readonly preload: string | undefined };

async function runTheirs(
  { python, preload, ...options }: TheirOptions,
  runs: Readonly<Record<TorchVariant, TorchRun[]>>,
): Promise<void> {
  if (python === undefined) {
    return;
  }
  runs.shipped.push(await runPyTorch({ ...options, python }));
  if (preload !== undefined) {
    runs.avx512.push(await runPyTorch({ ...options, python }, preload));
  }
}

/** The names that the product offers. */
export async function engineNames(): Promise<readonly string[]> {
  const { engines } = await jsonOfChild<{ engines: string[] }>({
    program: process.execPath,
    args: [stepProgram(), '--list'],
  });
  return engines;
}

function runEngine(
  { engine, adapt, threads, isQuick }: StepOptions,
  { steps, warmUp }: { readonly steps: number; readonly warmUp: number },
): Promise<EngineRun> {
  return jsonOfChild<EngineRun>({
    program: process.execPath,
    args: [
      stepProgram(),
      ...['--adapt', adapt, '--steps', String(steps), '--warm-up', String(warmUp)],
      ...(engine === undefined ? [] : ['--engine', engine]),
      ...(threads === undefined ? [] : ['--threads', String(threads)]),
      ...(isQuick ? ['--small'] : []),
    ],
  });
}

function stepProgram(): string {
  const packages = createRequire(import.meta.url);
  const folder = dirname(packages.resolve('@consilium/node-agent/package.json'));
  return join(folder, 'dist', 'training', 'step-measurement-main.js');
}

function resultOf(
  { adapt, isQuick }: StepOptions,
  runs: readonly EngineRun[],
  torch: Readonly<Record<TorchVariant, readonly TorchRun[]>>,
): StepResult {
  const [first] = runs;
  if (first === undefined) {
    throw new Error('no step was measured');
  }
  const own = summaryOf(runs);
  const { threads } = first.engine;
  return {
    suite: 'step',
    engine: first.engine.backend,
    model: isQuick ? 'small' : 'vit-small',
    adapt,
    batch: first.batch,
    threads,
    ...own,
    steps: runs.flatMap(({ milliseconds }) => milliseconds).length,
    loss: first.loss,
    engineVersion: first.engine.version,
    device: first.engine.device,
    ...besidePyTorch(own, torch),
  };
}

function besidePyTorch(
  own: Measured,
  { shipped: runs, avx512: forced }: Readonly<Record<TorchVariant, readonly TorchRun[]>>,
): Pick<StepResult, 'pytorch'> {
  const [first] = runs;
  if (first === undefined) {
    return {};
  }
  const shipped = summaryOf(runs);
  const avx512 = forced.length === 0 ? undefined : summaryOf(forced);
  return {
    pytorch: {
      version: first.version,
      threads: first.threads,
      shipped,
      ...(avx512 === undefined ? {} : { avx512 }),
      ratio: {
        shipped: own.medianMs / shipped.medianMs,
        ...(avx512 === undefined ? {} : { avx512: own.medianMs / avx512.medianMs }),
      },
    },
  };
}

function summaryOf(runs: readonly ProcessRun[]): Measured {
  return {
    medianMs: median(runs.flatMap(({ milliseconds }) => milliseconds)),
    peakRssMiB: Math.max(...runs.map(({ peakRssMiB }) => peakRssMiB)),
  };
}

export function stepFigures({
  engine,
  adapt,
  medianMs,
  peakRssMiB,
  pytorch,
}: StepResult): Figure[] {
  const name = `${engine}, ${adapt === 'all' ? 'all blocks' : 'last 4 blocks'} adapted`;
  const beside = (value: (one: Measured) => number): Beside[] =>
    pytorch === undefined
      ? []
      : [
          measured('PyTorch as shipped', value(pytorch.shipped)),
          ...(pytorch.avx512 === undefined
            ? []
            : [measured('PyTorch with AVX-512', value(pytorch.avx512))]),
        ];
  return [
    figure(
      `step: ${name}`,
      medianMs,
      'ms',
      'less',
      beside((one) => one.medianMs),
    ),
    figure(
      `peak memory: ${name}`,
      peakRssMiB,
      'MiB',
      'less',
      beside((one) => one.peakRssMiB),
    ),
  ];
}
