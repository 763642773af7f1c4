/** The page's end of the verification worker: one worker for all tasks, until somebody aborts one. */
import type { VerificationStep } from '@consilium/shared/verify';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import type { AnswerOf, FromWorker, HeldBundle, Task, ToWorker } from './worker-messages.js';

interface Request {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: unknown) => void;
  readonly onSteps: ((steps: readonly VerificationStep[]) => void) | undefined;
}

interface RunningWorker {
  readonly worker: Worker;
  readonly requests: Map<number, Request>;
  /** The bundles that it holds, by their numbers. */
  readonly held: WeakMap<HeldBundle, number>;
}

export interface AskOptions {
  readonly bundle?: HeldBundle;
  readonly signal?: AbortSignal | undefined;
  readonly onSteps?: ((steps: readonly VerificationStep[]) => void) | undefined;
}

let running: RunningWorker | undefined;
let lastId = 0;

/** @throws ConsiliumError of the task, or 'internal' where the worker ends; the reason of the signal when it is aborted */
export async function askWorker<T extends Task>(
  task: T,
  { bundle, signal, onSteps }: AskOptions = {},
): Promise<AnswerOf[T['name']]> {
  signal?.throwIfAborted();
  const current = (running ??= startWorker());
  const bundleId = bundle === undefined ? undefined : hold(current, bundle);
  const requestId = nextId();
  const abort = (): void => {
    stopWorker(current, signal?.reason);
  };
  signal?.addEventListener('abort', abort);
  try {
    const answer = await new Promise((resolve, reject) => {
      current.requests.set(requestId, { resolve, reject, onSteps });
      tell(current, { kind: 'do', requestId, bundleId, task });
    });
    return answer as AnswerOf[T['name']];
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}

function startWorker(): RunningWorker {
  // Vite looks for this very form.
  const worker = new Worker(new URL('./verification-worker.ts', import.meta.url), {
    type: 'module',
  });
  const started: RunningWorker = { worker, requests: new Map(), held: new WeakMap() };
  worker.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => {
    hear(started, data);
  });
  worker.addEventListener('error', () => {
    const message = 'the verification ended by itself: load the page again';
    stopWorker(started, new ConsiliumError('internal', message));
  });
  return started;
}

/** A verification cannot be asked to stop in the middle, so all tasks of the worker end with it. */
function stopWorker(stopped: RunningWorker, reason: unknown): void {
  stopped.worker.terminate();
  running = running === stopped ? undefined : running;
  for (const { reject } of stopped.requests.values()) {
    reject(reason);
  }
  stopped.requests.clear();
}

function hear({ requests }: RunningWorker, message: FromWorker): void {
  const request = requests.get(message.requestId);
  if (request === undefined) {
    return;
  }
  switch (message.kind) {
    case 'steps':
      request.onSteps?.(message.steps);
      return;
    case 'done':
      requests.delete(message.requestId);
      request.resolve(message.answer);
      return;
    case 'failed':
      requests.delete(message.requestId);
      request.reject(new ConsiliumError(message.code, message.message));
  }
}

function hold(current: RunningWorker, bundle: HeldBundle): number {
  const known = current.held.get(bundle);
  if (known !== undefined) {
    return known;
  }
  const bundleId = nextId();
  const { files, proofs } = bundle;
  current.held.set(bundle, bundleId);
  tell(current, { kind: 'hold', bundleId, bundle: { files, proofs } });
  return bundleId;
}

function tell({ worker }: RunningWorker, message: ToWorker): void {
  worker.postMessage(message);
}

function nextId(): number {
  lastId += 1;
  return lastId;
}
