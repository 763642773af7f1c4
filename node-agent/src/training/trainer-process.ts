/** Binds the trainer's loop to this process and to training sessions. */
import { constants, getPriority, setPriority } from 'node:os';
import { parseArgs } from 'node:util';
import { ConsiliumError, isConsiliumError } from '@consilium/shared/vocabulary';
import { engineChoiceSchema, threadsSchema, type EngineChoice } from '../config/engine-choice.js';
import { openEngine, type OpenedEngine } from '../engine/engine.js';
import { namingShortage } from '../engine/out-of-memory.js';
import { PROCESSOR } from '../engine/starter.js';
import type { DatasetReport, Opened, OpenRequest } from '../trainer-link/messages.js';
import {
  serveTrainer,
  type TrainerHandlers,
  type TrainerPort,
} from '../trainer-link/trainer-loop.js';
import { extractFeatures } from './extract-features.js';
import { measureSpeed } from './speed.js';
import { TrainingSession } from './training-session.js';

const MIB = 1024 * 1024;
const SHORTAGE = 'the trainer ran out of memory';
/** Halfway to `PRIORITY_BELOW_NORMAL`: behind whatever else runs here, yet not starved by it. */
const PRIORITY = constants.priority.PRIORITY_BELOW_NORMAL / 2;
/** Of a reply. */
const MOST_WARNINGS = 10;
const MOST_OF_A_WARNING = 500;

export interface TrainerProcessOptions {
  /** Folder with the engine's `.wasm` files. */
  readonly wasmFolder: string;
  /** Folder with TensorFlow's addon, if there is one. */
  readonly tensorflowFolder?: string | undefined;
  /** Where the packages of WebGPU are looked for; beside the agent if absent. */
  readonly webgpuFrom?: string;
  /**
   * `--memory-mib=N`; `--engine=NAME` and `--threads=N` where the hospital chose; `--shortages=N` where memory ran out before, and
   * `--without=NAME` for each engine that failed.
   */
  readonly arguments: readonly string[];
}

interface TrainerSettings {
  readonly memoryBytes: number;
  readonly choice: EngineChoice;
  readonly threads: number | undefined;
  /** How often memory has run out for this study. */
  readonly shortages?: number;
  /** Engines that failed here after they had started. */
  readonly without?: readonly string[];
}

/** Serves the supervisor until it disconnects. @throws ConsiliumError 'bad-request' without a memory limit */
export function startTrainer(options: TrainerProcessOptions): void {
  const settings = readSettings(options.arguments);
  const warnings = giveWay();
  serveTrainer(processPort(), trainerHandlers(options, settings, warnings), {
    memoryLimitBytes: settings.memoryBytes,
  });
}

/**
 * Training takes every core for minutes; the supervisor, which answers the coordinator in between, needs one for a moment and
 * must not queue for it. Threads that start from now on have the same priority.
 * @returns a sentence when the system does not allow it
 */
function giveWay(): string[] {
  try {
    if (getPriority() < PRIORITY) {
      setPriority(PRIORITY);
    }
    return [];
  } catch (error) {
    const why = error instanceof Error ? error.message : 'for an unknown reason';
    return [`the trainer could not lower its priority, rounds may take longer: ${why}`];
  }
}

function readSettings(words: readonly string[]): TrainerSettings {
  const { values } = parseArgs({
    args: [...words],
    options: {
      'memory-mib': { type: 'string' },
      engine: { type: 'string', default: 'auto' },
      threads: { type: 'string' },
      shortages: { type: 'string', default: '0' },
      without: { type: 'string', multiple: true, default: [] },
    },
  });
  const memoryMiB = Number(values['memory-mib']);
  if (!Number.isInteger(memoryMiB) || memoryMiB < 1) {
    throw new ConsiliumError('bad-request', 'expected --memory-mib=N, a whole number of MiB');
  }
  const choice = engineChoiceSchema.safeParse(values.engine);
  const threads = threadsSchema.optional().safeParse(values.threads && Number(values.threads));
  if (!choice.success || !threads.success) {
    throw new ConsiliumError('bad-request', 'expected --engine=NAME and --threads=N as agent.yaml');
  }
  const shortages = Number(values.shortages);
  if (!Number.isInteger(shortages) || shortages < 0) {
    throw new ConsiliumError('bad-request', 'expected --shortages=N, how often memory ran out');
  }
  return {
    memoryBytes: memoryMiB * MIB,
    choice: choice.data,
    threads: threads.data,
    shortages,
    without: values.without,
  };
}

/**
 * What a trainer does, around one open study.
 * @param told warnings of the start
 */
export function trainerHandlers(
  { wasmFolder, tensorflowFolder, webgpuFrom }: Omit<TrainerProcessOptions, 'arguments'>,
  settings: TrainerSettings,
  told: readonly string[] = [],
): TrainerHandlers {
  let session: TrainingSession | undefined;
  let refused: DatasetReport | undefined;
  /** Not told yet: an engine warns as long as it runs. */
  const warnings: string[] = [];
  const warn = (text: string): unknown => warnings.push(text.slice(0, MOST_OF_A_WARNING));
  told.forEach(warn);

  const without = [...(settings.without ?? [])];

  function startEngine(): Promise<OpenedEngine> {
    return openEngine({ wasmFolder, tensorflowFolder, webgpuFrom, warn, ...settings, without });
  }

  /** A GPU that does not even take the backbone is given up for the next engine. */
  async function openSession(request: OpenRequest): Promise<TrainingSession> {
    const { engine } = await startEngine();
    const { memoryBytes, shortages, choice } = settings;
    try {
      return await TrainingSession.open(request, engine, memoryBytes, shortages);
    } catch (error) {
      if (isConsiliumError(error) || engine.device === PROCESSOR || choice !== 'auto') {
        throw error;
      }
      warn(`the engine ${engine.backend} (${engine.device}) did not take the backbone`);
      without.push(engine.backend);
      return openSession(request);
    }
  }

  function newWarnings(): string[] {
    return warnings.splice(0).slice(0, MOST_WARNINGS);
  }

  /** Adds what the engine has warned of since to what a job has. */
  function withWarnings<T extends { readonly warnings?: string[] | undefined }>(reply: T): T {
    const all = [...(reply.warnings ?? []), ...newWarnings()].slice(0, MOST_WARNINGS);
    return all.length === 0 ? reply : { ...reply, warnings: all };
  }

  async function open(request: OpenRequest): Promise<Opened> {
    session?.close();
    session = undefined;
    const opening = await openSession(request);
    refused = opening.opened.dataset;
    opening.requireEnough();
    refused = undefined;
    session = opening;
    return { kind: 'opened', ...opening.opened, warnings: newWarnings() };
  }

  function requireSession(): TrainingSession {
    if (session === undefined) {
      throw new ConsiliumError('wrong-state', 'no study is open in the trainer');
    }
    return session;
  }

  return {
    open: (request) => namingShortage(SHORTAGE, () => open(request)),
    train: async (request, report) =>
      withWarnings(await namingShortage(SHORTAGE, () => requireSession().train(request, report))),
    evaluate: async (request, report) =>
      withWarnings(
        await namingShortage(SHORTAGE, () => requireSession().evaluate(request, report)),
      ),
    extract: async (request, report) => {
      const { engine } = await startEngine();
      const extracted = await extractFeatures(request, engine, report, settings.shortages);
      return { ...extracted, warnings: newWarnings() };
    },
    measure: async ({ jobId }) => {
      const { engine } = await startEngine();
      return { kind: 'measured', jobId, operationsPerSecond: await measureSpeed(), engine };
    },
    probe: async ({ jobId }) => {
      const { engine, others } = await startEngine();
      return { kind: 'probed', jobId, engine, others: [...others], warnings: newWarnings() };
    },
    refusedDataset: () => refused,
  };
}

function processPort(): TrainerPort {
  return {
    onMessage: (listener) => process.on('message', listener),
    onDisconnect: (listener) => process.on('disconnect', listener),
    send: (reply) =>
      new Promise((resolve) => {
        // Without a supervisor there is nobody to tell; the disconnect ends this process.
        process.send?.(reply, undefined, undefined, () => resolve());
      }),
    memoryBytes: () => process.memoryUsage.rss(),
    exit: (code) => process.exit(code),
  };
}
