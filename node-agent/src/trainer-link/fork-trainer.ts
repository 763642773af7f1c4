/** Starts a trainer process with its limits, a short list of variables and what restricts it. */
import { fork, type ChildProcess } from 'node:child_process';
import type { EngineChoice } from '../config/engine-choice.js';
import { scrubEnvironment } from './environment.js';
import type { Restrictions } from './recovery.js';

export interface TrainerOptions {
  /** Path of trainer.js. */
  readonly entry: string;
  /** The supervisor's environment; only a short list is passed on. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Memory of the process, in MiB. */
  readonly memoryMiB: number;
  /** `auto` if absent. */
  readonly engine?: EngineChoice | undefined;
  /** Threads of the engine; as many as the machine runs at once if absent. */
  readonly threads?: number | undefined;
  /** Longest time for opening a study, and for one job. */
  readonly openTimeMs: number;
  readonly jobTimeMs: number;
  /** Further flags for Node and arguments for the program, as specs need to run sources and stand-ins. */
  readonly execArgv?: readonly string[];
  readonly arguments?: readonly string[];
}

/** Enough of the end of stderr to recognise how V8 says that it is out of memory. */
const STDERR_KEPT = 4096;

export interface ForkedTrainer {
  readonly child: ChildProcess;
  /** The end of what it has written there so far. */
  readonly stderr: () => string;
}

export function forkTrainer(options: TrainerOptions, restrictions: Restrictions): ForkedTrainer {
  const { entry, environment, memoryMiB, engine = 'auto', threads, execArgv = [] } = options;
  const programArguments = [
    `--memory-mib=${memoryMiB}`,
    `--engine=${engine}`,
    ...(threads === undefined ? [] : [`--threads=${threads}`]),
    ...wordsOf(restrictions),
    ...(options.arguments ?? []),
  ];
  const child = fork(entry, programArguments, {
    env: scrubEnvironment(environment),
    execArgv: [`--max-old-space-size=${memoryMiB}`, ...execArgv],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let stderr = '';
  child.stderr?.on('data', (text: Buffer) => {
    stderr = (stderr + text.toString('latin1')).slice(-STDERR_KEPT);
  });
  return { child, stderr: () => stderr };
}

function wordsOf({ shortages, without }: Restrictions): string[] {
  return [
    ...(shortages === 0 ? [] : [`--shortages=${shortages}`]),
    ...without.map((engine) => `--without=${engine}`),
  ];
}
