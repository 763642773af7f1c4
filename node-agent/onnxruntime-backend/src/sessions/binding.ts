/**
 * onnxruntime's native binding. Its public API answers with promises, which a tfjs kernel cannot wait for; the binding below
 * it is synchronous. It is no public API: the version is pinned, and `binding.spec.ts` holds what is used here to it.
 */

import { isMainThread } from 'node:worker_threads';
import type * as onnxruntime from 'onnxruntime-node/dist/binding.js';

/** A tensor as the binding takes and gives it. */
export interface NativeTensor {
  readonly dims: readonly number[];
  readonly type: string;
  readonly location: 'cpu';
  readonly data: ArrayBufferView;
}

export interface NativeSession {
  loadModel(buffer: ArrayBuffer, offset: number, length: number, options: object): void;
  /** Fetches with null are made by the binding; others are filled where they lie. */
  run(
    feeds: Readonly<Record<string, NativeTensor>>,
    fetches: Readonly<Record<string, NativeTensor | null>>,
    options: object,
  ): Readonly<Record<string, NativeTensor>>;
  dispose(): void;
}

export interface Binding {
  readonly version: string;
  readonly createSession: () => NativeSession;
}

/**
 * What the binding makes of a result. Its own class checks its arrays by `instanceof`, which fails where scripts have globals
 * of their own (Jest), and takes longer than a small graph.
 */
class ResultTensor implements NativeTensor {
  readonly location = 'cpu';

  constructor(
    readonly type: string,
    readonly data: ArrayBufferView,
    readonly dims: readonly number[],
  ) {}
}

/** Only what ends the process: errors are thrown, so they need not be printed as well. */
export const LOG_LEVEL = 4;

/** The version that the binding's internals were read from. */
export const SUPPORTED_VERSION = '1.30.0';

/**
 * Loads the native library of this platform.
 * @throws Error when there is none for it, or when another version is installed
 */
export async function loadBinding(): Promise<Binding> {
  const { version }: { version: string } = await import('onnxruntime-node/dist/version.js');
  if (version !== SUPPORTED_VERSION) {
    throw new Error(`onnxruntime-node ${SUPPORTED_VERSION} is needed, ${version} is installed`);
  }
  const { binding } = await importBinding();
  binding.initOrtOnce(LOG_LEVEL, ResultTensor as unknown as TensorConstructor, isMainThread);
  const Session = binding.InferenceSession as unknown as new () => NativeSession;
  return { version, createSession: () => new Session() };
}

type BindingModule = typeof onnxruntime;
type TensorConstructor = Parameters<BindingModule['binding']['initOrtOnce']>[1];

async function importBinding(): Promise<BindingModule> {
  try {
    return await import('onnxruntime-node/dist/binding.js');
  } catch (cause) {
    throw new Error(
      `onnxruntime has no library that works on ${process.platform}/${process.arch} here`,
      { cause },
    );
  }
}
