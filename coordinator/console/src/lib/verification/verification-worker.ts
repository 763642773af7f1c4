/** The worker in which the browser verifies: one task after the other, and its steps while it is at one. */
import type { VerificationStep } from '@consilium/shared/verify';
import { isConsiliumError } from '@consilium/shared/vocabulary';
import { doTask } from './verification-tasks.js';
import type { FromWorker, HeldBundle, ToWorker } from './worker-messages.js';

/** Steps that wait for each other, so that ten thousand hashes are not ten thousand messages. */
const BATCH = 200;
const BATCH_MS = 50;

const bundles = new Map<number, HeldBundle>();

addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
  if (data.kind === 'hold') {
    bundles.set(data.bundleId, data.bundle);
    return;
  }
  const { requestId, bundleId, task } = data;
  const steps = batches(requestId);
  try {
    const held = bundleId === undefined ? undefined : bundles.get(bundleId);
    const answer = doTask(task, held, steps.add);
    steps.flush();
    say({ kind: 'done', requestId, answer });
  } catch (error) {
    steps.flush();
    const { code, message } = isConsiliumError(error)
      ? error
      : { code: 'internal' as const, message: String(error) };
    say({ kind: 'failed', requestId, code, message });
  }
});

interface Batches {
  readonly add: (step: VerificationStep) => void;
  readonly flush: () => void;
}

function batches(requestId: number): Batches {
  let waiting: VerificationStep[] = [];
  let sentAt = performance.now();

  function flush(): void {
    if (waiting.length > 0) {
      say({ kind: 'steps', requestId, steps: waiting });
      waiting = [];
    }
    sentAt = performance.now();
  }

  function add(step: VerificationStep): void {
    waiting.push(step);
    if (waiting.length >= BATCH || performance.now() - sentAt >= BATCH_MS) {
      flush();
    }
  }

  return { add, flush };
}

function say(message: FromWorker): void {
  postMessage(message);
}
