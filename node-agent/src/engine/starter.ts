/** What each engine offers `openEngine`: one folder an engine, one starter each. */
import type { EngineName } from '../config/engine-choice.js';

export interface StartOptions {
  /** Threads of one operation; absent = as many as the machine runs at once. */
  readonly threads: number | undefined;
  /** Memory of the process that an engine may fill, in bytes; absent = no bound of ours. */
  readonly memoryBytes: number | undefined;
  /** Folder that holds the `.wasm` files of `@tensorflow/tfjs-backend-wasm`. */
  readonly wasmFolder: string;
  /** Where `tensorflow-addon/build.mjs` has put the addon; absent = nowhere. */
  readonly tensorflowFolder: string | undefined;
  /** Where the packages of the WebGPU engine are looked for, a folder or a file in it. */
  readonly webgpuFrom: string;
  /** The kind of device that is wanted; absent = whichever the engine finds. */
  readonly device: 'processor' | 'gpu' | undefined;
  /** Receives a sentence when something runs slower than it could. */
  readonly warn: (message: string) => void;
}

/** The engine is tfjs's current backend. */
export interface Started {
  readonly kind: 'started';
  readonly backend: EngineName;
  /** Of the library that computes. */
  readonly version: string;
  /** `processor`, or what the engine calls the GPU. */
  readonly device: string;
  readonly threads: number;
}

/** It is not installed, or not for this machine: no fault. */
export interface Absent {
  readonly kind: 'absent';
  /** Half a sentence: "no folder is named". */
  readonly reason: string;
  /** What to do about it, a sentence. */
  readonly remedy: string;
}

export interface EngineStarter {
  readonly name: EngineName;
  /**
   * Starts the engine, or makes it the current one again.
   * @throws Error when it is there and fails
   */
  start(options: StartOptions): Promise<Started | Absent>;
}

export const PROCESSOR = 'processor';

export function absent(reason: string, remedy: string): Absent {
  return { kind: 'absent', reason, remedy };
}
