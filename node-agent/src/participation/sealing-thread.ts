/**
 * Seals large updates in a worker thread, so that heartbeats go on: to encrypt 50 MB takes about a third of a second, to mask them
 * some 30 ms for each site that dealt shares.
 */
import { Worker } from 'node:worker_threads';
import { schemaSize } from '@consilium/shared/tensors';
import { ConsiliumError, isErrorCode } from '@consilium/shared/vocabulary';
import {
  sealUpdateFile,
  type SealedUpdate,
  type SealOrder,
  type UpdateSealer,
} from './update-sealer.js';

/** Above this many bytes of plaintext, counted once for each mask that is added, the work goes to a thread. */
export const THREAD_FROM_BYTES = 4 * 1024 * 1024;
const BYTES_PER_PARAMETER = 4;

/** What the thread answers with: errors lose their class on the way, so their code travels as text. */
export type ThreadAnswer =
  | { readonly kind: 'sealed'; readonly sealed: SealedUpdate }
  | { readonly kind: 'failed'; readonly code: string; readonly message: string };

/** @param threadFile the module sealing-thread-main as a file that Node can run. */
export function createUpdateSealer(threadFile: URL): UpdateSealer {
  return (order) =>
    bytesToHandle(order) > THREAD_FROM_BYTES
      ? sealInThread(threadFile, order)
      : sealUpdateFile(order);
}

function bytesToHandle({ schema, protection }: SealOrder): number {
  const masks = protection.kind === 'masked' ? protection.masks.sharers.length : 0;
  return schemaSize(schema) * BYTES_PER_PARAMETER * (1 + masks);
}

function sealInThread(threadFile: URL, order: SealOrder): Promise<SealedUpdate> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(threadFile, { workerData: order });
    worker.once('error', reject);
    worker.once('exit', (code) => {
      reject(new ConsiliumError('internal', `the sealing thread ended with ${code}`));
    });
    worker.once('message', (answer: ThreadAnswer) => {
      if (answer.kind === 'sealed') {
        resolve(answer.sealed);
      } else {
        const code = isErrorCode(answer.code) ? answer.code : 'internal';
        reject(new ConsiliumError(code, answer.message));
      }
    });
  });
}
