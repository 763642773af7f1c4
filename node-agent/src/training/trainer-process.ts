/** Binds the trainer's loop to this process and to training sessions. */
import { parseArgs } from 'node:util';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import { openEngine, type Engine } from '../engine/engine.js';
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

export interface TrainerProcessOptions {
  /** Folder with the engine's `.wasm` files. */
  readonly wasmFolder: string;
  /** `--memory-mib=N` */
  readonly arguments: readonly string[];
}

/** Serves the supervisor until it disconnects. @throws ConsiliumError 'bad-request' without a memory limit */
export function startTrainer(options: TrainerProcessOptions): void {
  const { values } = parseArgs({
    args: [...options.arguments],
    options: { 'memory-mib': { type: 'string' } },
  });
  const memoryMiB = Number(values['memory-mib']);
  if (!Number.isInteger(memoryMiB) || memoryMiB < 1) {
    throw new ConsiliumError('bad-request', 'expected --memory-mib=N, a whole number of MiB');
  }
  serveTrainer(processPort(), trainerHandlers(options.wasmFolder), {
    memoryLimitBytes: memoryMiB * MIB,
  });
}

/** What a trainer does, around one open study. */
export function trainerHandlers(wasmFolder: string): TrainerHandlers {
  let session: TrainingSession | undefined;
  let refused: DatasetReport | undefined;

  async function startEngine(): Promise<{ engine: Engine; warnings: string[] }> {
    const warnings: string[] = [];
    const engine = await openEngine({ wasmFolder, warn: (text) => warnings.push(text) });
    return { engine, warnings };
  }

  async function open(request: OpenRequest): Promise<Opened> {
    session?.close();
    session = undefined;
    const { engine, warnings } = await startEngine();
    const opening = await TrainingSession.open(request, engine);
    refused = opening.opened.dataset;
    opening.requireEnough();
    refused = undefined;
    session = opening;
    return { kind: 'opened', ...opening.opened, warnings };
  }

  function requireSession(): TrainingSession {
    if (session === undefined) {
      throw new ConsiliumError('wrong-state', 'no study is open in the trainer');
    }
    return session;
  }

  return {
    open,
    train: async (request, report) => requireSession().train(request, report),
    evaluate: async (request, report) => requireSession().evaluate(request, report),
    extract: async (request, report) => {
      const { engine, warnings } = await startEngine();
      return { ...(await extractFeatures(request, engine, report)), warnings };
    },
    measure: async ({ jobId }) => {
      const { engine } = await startEngine();
      return { kind: 'measured', jobId, operationsPerSecond: await measureSpeed(), engine };
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
