/** The worker thread of sealing-thread: one order, one answer. */
import { parentPort, workerData } from 'node:worker_threads';
import { errorCodeOf } from '@consilium/shared/vocabulary';
import type { ThreadAnswer } from './sealing-thread.js';
import { sealUpdateFile, type SealOrder } from './update-sealer.js';

sealUpdateFile(workerData as SealOrder)
  .then(
    (sealed): ThreadAnswer => ({ kind: 'sealed', sealed }),
    (error: unknown): ThreadAnswer => ({
      kind: 'failed',
      code: errorCodeOf(error),
      message: error instanceof Error ? error.message : 'sealing failed',
    }),
  )
  .then(
    (answer) => parentPort?.postMessage(answer),
    () => undefined,
  );
