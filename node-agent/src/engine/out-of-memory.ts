/** How engines say that they have no memory left: each in its own way. */

import { ConsiliumError, isConsiliumError } from '@consilium/shared/vocabulary';

/** onnxruntime, TensorFlow and V8, in their words. */
const WORDS =
  /failed to allocate|bad_?alloc|bad allocation|out of memory|allocation failed|OOM when|ResourceExhausted/i;

/** WebAssembly aborts, which Emscripten throws under this name. */
const ABORT = 'RuntimeError';

export function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && (error.name === ABORT || WORDS.test(error.message));
}

/**
 * Runs what may take more memory than there is.
 * @param together pictures at once
 * @throws ConsiliumError 'trainer-crashed' with what to do, where the engine has no memory left
 */
export function namingMemory<T>(
  backend: string,
  together: number,
  run: () => Promise<T>,
): Promise<T> {
  return namingShortage(
    `the engine ${backend} ran out of memory with ${together} pictures at once`,
    run,
  );
}

/**
 * Runs what may take more memory than there is.
 * @param sentence what happened then, without its end
 * @throws ConsiliumError 'trainer-crashed' with the sentence and what to do; a coded error from within stays as it is
 */
export async function namingShortage<T>(sentence: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (isConsiliumError(error) || !isOutOfMemory(error)) {
      throw error;
    }
    throw new ConsiliumError(
      'trainer-crashed',
      `${sentence}: let trainer.memoryMiB of agent.yaml say what the machine has`,
      { cause: error },
    );
  }
}
