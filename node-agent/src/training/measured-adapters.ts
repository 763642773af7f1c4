/**
 * The figures of the adapters that were measured last. What a site measured to vote on a candidate is what its next training begins
 * with, and the adapter in force was measured when the training began: neither is measured twice.
 */
import { readFile } from 'node:fs/promises';
import { contentHash, contentHashOf } from '@consilium/shared/crypto';
import type { Metrics } from '@consilium/shared/protocol';
import type { Split } from '../trainer-link/messages.js';
import { systemCode } from '../config/durable-file.js';

/** Adapters of two rounds on two splits. */
const KEPT = 4;

export interface MeasuredAdapter {
  readonly adapterFile: string;
  readonly privateFile?: string | undefined;
  /** Of the start values of a private adapter that was never trained. */
  readonly seed: string;
  readonly split: Split;
}

export class MeasuredAdapters {
  readonly #figures = new Map<string, Metrics>();

  /** The figures of these very weights, measured now if they are not known. Undefined ones are not kept. */
  async of<T extends Metrics | undefined>(
    adapter: MeasuredAdapter,
    measure: () => Promise<T>,
  ): Promise<T | Metrics> {
    const name = await nameOf(adapter);
    const known = name === undefined ? undefined : this.#figures.get(name);
    const figures = known ?? (await measure());
    if (name !== undefined && figures !== undefined) {
      this.#figures.delete(name);
      this.#figures.set(name, figures);
      [...this.#figures.keys()].slice(0, -KEPT).forEach((oldest) => this.#figures.delete(oldest));
    }
    return figures;
  }
}

/** Undefined where a file is missing: whoever measures says so. */
async function nameOf(adapter: MeasuredAdapter): Promise<string | undefined> {
  const { adapterFile, privateFile, seed, split } = adapter;
  try {
    const shared = contentHash(await readFile(adapterFile));
    const own = privateFile === undefined ? seed : contentHash(await readFile(privateFile));
    return contentHashOf({ shared, own, split });
  } catch (error) {
    if (systemCode(error) === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}
