/**
 * The supervisor's handle on its trainer process. The trainer holds tensors and opens hostile files, so it gets limits, and no
 * secret but the key of its own study's cache; its death is an outcome like any other. This file must never import the tensor
 * engine.
 */
import type { ChildProcess } from 'node:child_process';
import { ConsiliumError, type ErrorCode } from '@consilium/shared/vocabulary';
import { forkTrainer, type TrainerOptions } from './fork-trainer.js';
import {
  parseTrainerReply,
  type EngineDescription,
  type Evaluated,
  type EvaluateRequest,
  type Extracted,
  type ExtractRequest,
  type Failed,
  type Measured,
  type Opened,
  type OpenRequest,
  type Probed,
  type Progress,
  type Trained,
  type TrainerReply,
  type TrainerRequest,
  type TrainRequest,
} from './messages.js';
import { crashReason, type Crashed, type CrashReason, type Outcome } from './outcome.js';
import {
  finalOutcome,
  recoveryFrom,
  UNRESTRICTED,
  withWarnings,
  type Restrictions,
} from './recovery.js';

export type { TrainerOptions } from './fork-trainer.js';

type Done = Opened | Trained | Evaluated | Extracted | Measured | Probed;

interface Pending {
  readonly child: ChildProcess;
  readonly onProgress: (progress: Progress) => void;
  settle(outcome: Outcome<Done>): void;
}

/** After an error that nobody planned for, or without memory, the state of the engine is not to be trusted. */
const SPOILING: ReadonlySet<ErrorCode> = new Set(['training-failed', 'trainer-crashed']);

export class Trainer {
  readonly #options: TrainerOptions;
  #child: ChildProcess | undefined;
  #opened: OpenRequest | undefined;
  #pending: Pending | undefined;
  /** Why we killed the child, if we did. */
  #killedFor: CrashReason | undefined;
  #isBusy = false;
  /** Of the process that opened the study last. */
  #engine: EngineDescription | undefined;
  /** From what failed so far: they hold as long as this trainer is used. */
  #restrictions: Restrictions = UNRESTRICTED;

  constructor(options: TrainerOptions) {
    this.#options = options;
  }

  /** Process id while a trainer runs. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Starts a trainer, or a fresh one, and opens the study in it. */
  open(request: Omit<OpenRequest, 'kind'>): Promise<Outcome<Opened>> {
    return this.#exclusively(async () => {
      await this.#end('closed');
      this.#opened = { kind: 'open', ...request };
      return this.#openAgain(this.#opened);
    });
  }

  /** Trains for one round; a trainer that died since the last job is started anew first. */
  train(
    request: Omit<TrainRequest, 'kind'>,
    onProgress: (progress: Progress) => void = () => undefined,
  ): Promise<Outcome<Trained>> {
    return this.#job<Trained>({ kind: 'train', ...request }, 'trained', onProgress);
  }

  /** Measures an adapter; a trainer that died since the last job is started anew first. */
  evaluate(
    request: Omit<EvaluateRequest, 'kind'>,
    onProgress: (progress: Progress) => void = () => undefined,
  ): Promise<Outcome<Evaluated>> {
    return this.#job<Evaluated>({ kind: 'evaluate', ...request }, 'evaluated', onProgress);
  }

  /**
   * Writes the features of a frozen backbone; needs no study, and leaves an open one as it is. A batch size that somebody asked
   * for is kept to, so a shortage is then the answer.
   */
  extract(
    request: Omit<ExtractRequest, 'kind'>,
    onProgress: (progress: Progress) => void = () => undefined,
  ): Promise<Outcome<Extracted>> {
    const { jobTimeMs } = this.#options;
    const run = (): Promise<Outcome<Extracted>> =>
      this.#request({ kind: 'extract', ...request }, 'extracted', jobTimeMs, onProgress);
    return request.batchSize === undefined ? this.#recovering(run) : this.#exclusively(run);
  }

  /** Measures how fast the engine multiplies on this machine; needs no study. */
  measure(jobId: string): Promise<Outcome<Measured>> {
    const { openTimeMs } = this.#options;
    return this.#exclusively(() =>
      this.#request<Measured>({ kind: 'measure', jobId }, 'measured', openTimeMs, () => undefined),
    );
  }

  /** Which engine the trainer gets on this machine; needs no study. */
  probe(jobId: string): Promise<Outcome<Probed>> {
    const { openTimeMs } = this.#options;
    return this.#exclusively(() =>
      this.#request<Probed>({ kind: 'probe', jobId }, 'probed', openTimeMs, () => undefined),
    );
  }

  /** Kills the trainer; a job in progress ends as crashed, 'closed'. Resolves when the process is gone. */
  async close(): Promise<void> {
    await this.#end('closed');
  }

  /** @throws ConsiliumError 'wrong-state' while another request runs: the caller lost track of its own jobs */
  async #exclusively<T>(run: () => Promise<T>): Promise<T> {
    if (this.#isBusy) {
      throw new ConsiliumError('wrong-state', 'the trainer does one job at a time');
    }
    this.#isBusy = true;
    try {
      return await run();
    } finally {
      this.#isBusy = false;
    }
  }

  #job<T extends Trained | Evaluated>(
    request: TrainRequest | EvaluateRequest,
    kind: T['kind'],
    onProgress: (progress: Progress) => void,
  ): Promise<Outcome<T>> {
    return this.#recovering(() => this.#tryJob<T>(request, kind, onProgress));
  }

  /** Repeats the job in a fresh process, restricted, where its memory or its GPU failed it; the reply says so among its warnings. */
  #recovering<T extends Trained | Evaluated | Extracted>(
    run: () => Promise<Outcome<T>>,
  ): Promise<Outcome<T>> {
    return this.#exclusively(async () => {
      const told: string[] = [];
      for (;;) {
        const outcome = await run();
        const { engine: choice = 'auto' } = this.#options;
        const recovery = recoveryFrom(outcome, this.#restrictions, this.#engine, choice);
        if (recovery === undefined) {
          return withWarnings(finalOutcome(outcome, this.#restrictions), told);
        }
        this.#restrictions = recovery.restrictions;
        told.push(recovery.sentence);
        await this.#end('closed');
      }
    });
  }

  async #tryJob<T extends Trained | Evaluated>(
    request: TrainRequest | EvaluateRequest,
    kind: T['kind'],
    onProgress: (progress: Progress) => void,
  ): Promise<Outcome<T>> {
    if (this.#opened === undefined) {
      throw new ConsiliumError('wrong-state', 'no study is open in the trainer');
    }
    if (this.#child === undefined) {
      const reopened = await this.#openAgain(this.#opened);
      if (reopened.kind !== 'opened') {
        return reopened;
      }
    }
    return this.#request<T>(request, kind, this.#options.jobTimeMs, onProgress);
  }

  async #openAgain(request: OpenRequest): Promise<Outcome<Opened>> {
    const { openTimeMs } = this.#options;
    const outcome = await this.#request<Opened>(request, 'opened', openTimeMs, () => undefined);
    if (outcome.kind === 'opened') {
      this.#engine = outcome.engine;
    }
    return outcome;
  }

  async #request<T extends Done>(
    request: TrainerRequest,
    kind: T['kind'],
    timeMs: number,
    onProgress: (progress: Progress) => void,
  ): Promise<Outcome<T>> {
    const child = (this.#child ??= this.#start());
    const timer = setTimeout(() => this.#kill('timed-out'), timeMs);
    try {
      const outcome = await new Promise<Outcome<Done>>((settle) => {
        this.#pending = { child, onProgress, settle };
        // An error here means that the process is gone; its exit settles the request.
        child.send(request, () => undefined);
      });
      if (outcome.kind === 'failed' && SPOILING.has(outcome.code)) {
        await this.#end('closed');
      }
      if (outcome.kind === kind || outcome.kind === 'failed' || outcome.kind === 'crashed') {
        return outcome as Outcome<T>;
      }
      await this.#end('bad-reply');
      return { kind: 'crashed', reason: 'bad-reply' };
    } finally {
      clearTimeout(timer);
      this.#pending = undefined;
    }
  }

  #start(): ChildProcess {
    this.#killedFor = undefined;
    const { child, stderr } = forkTrainer(this.#options, this.#restrictions);
    child.on('message', (message) => this.#receive(child, message));
    child.on('error', () => this.#gone(child, { kind: 'crashed', reason: 'exited' }));
    child.on('close', (code, signal) => {
      this.#gone(child, this.#crash(code, signal, stderr()));
    });
    return child;
  }

  #receive(child: ChildProcess, message: unknown): void {
    const pending = this.#pending;
    if (pending?.child !== child) {
      return;
    }
    const reply = readReply(message);
    if (reply === undefined) {
      this.#kill('bad-reply');
    } else if (reply.kind === 'progress') {
      pending.onProgress(reply);
    } else {
      pending.settle(reply satisfies Done | Failed);
    }
  }

  #gone(child: ChildProcess, crashed: Crashed): void {
    if (this.#child === child) {
      this.#child = undefined;
    }
    if (this.#pending?.child === child) {
      this.#pending.settle(crashed);
    }
  }

  #crash(code: number | null, signal: NodeJS.Signals | null, stderr: string): Crashed {
    return {
      kind: 'crashed',
      reason: this.#killedFor ?? crashReason(code, signal, stderr),
      ...(code === null ? {} : { exitCode: code }),
      ...(signal === null ? {} : { signal }),
    };
  }

  #kill(reason: CrashReason): void {
    this.#killedFor ??= reason;
    this.#child?.kill('SIGKILL');
  }

  async #end(reason: CrashReason): Promise<void> {
    const child = this.#child;
    if (child === undefined) {
      return;
    }
    const closed = new Promise((resolve) => child.once('close', resolve));
    this.#kill(reason);
    await closed;
  }
}

/** A trainer that talks nonsense may have been taken over by a hostile image: it is not argued with. */
function readReply(message: unknown): TrainerReply | undefined {
  try {
    return parseTrainerReply(message);
  } catch {
    return undefined;
  }
}
