/**
 * Functions of tensors that run as captured graphs where the engine can, and plainly on every other. A plain function frees what it
 * makes on the way as well.
 */
import {
  compiled as capture,
  type Compiled,
  type CompileOptions,
} from '@consilium/tfjs-onnxruntime';

export type { Compiled };

/** What a gradient finds again: everything that it reads, or the inputs alone, from which the rest is computed anew. */
export type Memory = 'save' | 'recompute';

/** A function that cannot be captured still trains, with one warning; specs want to know. */
let onFail: NonNullable<CompileOptions['onFail']> = 'plain';

/** From now on a function that cannot be captured throws. */
export function insistOnCapture(): void {
  onFail = 'throw';
}

/**
 * Traced at the first call of each signature: shapes of tensors, values of everything else. What changes between two calls must be
 * an argument or a variable; nothing may be assigned or read within.
 * @param name what warnings call it
 */
export function compiled<Args extends readonly unknown[], Result>(
  fn: (...args: Args) => Result,
  name: string,
  memory: Memory = 'save',
): Compiled<Args, Result> {
  return capture(fn, { name, memory, onFail });
}
