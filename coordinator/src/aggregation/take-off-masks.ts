/**
 * Takes the masks of a secure sum off, by ranges of words: in worker threads where there is so much of it that they pay, else
 * here, in steps between which everything else has its turn. docs/protocol/v1.md section 4.1, step 6.
 */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { addMasks, type Mask, type WordRange } from '@consilium/shared/secagg';
import { ConsiliumError } from '@consilium/shared/vocabulary';

export interface RangeOrder {
  /** In memory that is shared between threads. */
  readonly sum: Uint32Array;
  readonly masks: readonly Mask[];
  readonly range: WordRange;
}

export interface Threads {
  /** The module unmask-thread as a file that Node can run. */
  readonly file: URL;
  readonly count: number;
}

/** What a thread costs before it begins is as much as a core expands of this in the meantime. */
const BYTES_PER_THREAD = 256 * 1024 * 1024;

/** Key stream of one step, about ten milliseconds. */
const STEP_BYTES = 16 * 1024 * 1024;
const BYTES_PER_WORD = 4;
const MOST_THREADS = 8;

/** @param sum in shared memory; changed in place. @throws as `addMasks`; ConsiliumError 'internal' when a thread fails */
export async function takeOffMasks(
  sum: Uint32Array,
  masks: readonly Mask[],
  threads: Threads = unmaskThreads(),
): Promise<void> {
  const worth = Math.floor((sum.length * BYTES_PER_WORD * masks.length) / BYTES_PER_THREAD);
  const count = Math.min(threads.count, worth);
  if (count < 2) {
    await inSteps(sum, masks);
    return;
  }
  const orders = rangesOf(sum.length, count).map((range) => ({ sum, masks, range }));
  await Promise.all(orders.map((order) => inThread(threads.file, order)));
}

export function unmaskThreads(): Threads {
  return {
    file: new URL('./unmask-thread.js', import.meta.url),
    count: Math.min(availableParallelism(), MOST_THREADS),
  };
}

/** Neighbouring ranges that cover so many words, as even as they can be. */
export function rangesOf(words: number, count: number): WordRange[] {
  return Array.from({ length: count }, (_, i) => ({
    from: Math.floor((words * i) / count),
    to: Math.floor((words * (i + 1)) / count),
  }));
}

async function inSteps(sum: Uint32Array, masks: readonly Mask[]): Promise<void> {
  const bytes = sum.length * BYTES_PER_WORD * masks.length;
  for (const range of rangesOf(sum.length, Math.max(1, Math.ceil(bytes / STEP_BYTES)))) {
    addMasks(sum, masks, range);
    await breath();
  }
}

function inThread(file: URL, order: RangeOrder): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(file, { workerData: order });
    worker.once('message', () => {
      resolve();
    });
    worker.once('error', reject);
    worker.once('exit', (code) => {
      reject(new ConsiliumError('internal', `a thread that takes masks off ended with ${code}`));
    });
  });
}

function breath(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
