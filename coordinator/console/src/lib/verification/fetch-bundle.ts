/** The evidence bundle of a study, fetched file by file into the memory of the page. */
import type { BundleFile, GrowthProof } from '@consilium/shared/verify';

export interface FetchedBundle {
  readonly studyId: string;
  readonly fetchedAtMs: number;
  /** Of the index, which names the bundle: `sha256:` and 64 digits of hex. */
  readonly indexHash: string;
  /** `bundle.json` among them; paths are those that `consilium bundle export` writes. */
  readonly files: readonly BundleFile[];
  /** From saved checkpoints to the bundle's last one. */
  readonly proofs: readonly GrowthProof[];
}

export interface FetchProgress {
  readonly files: number;
  readonly filesTotal: number;
  readonly bytes: number;
  readonly bytesTotal: number;
}

export interface FetchOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: FetchProgress) => void;
  /** Signed notes to compare with later, without a network. */
  readonly savedCheckpoints?: readonly string[];
}

/** `fetchBundle(studyId, options)`; it also starts the worker, so that the network is not needed afterwards. */
export type FetchBundle = (studyId: string, options?: FetchOptions) => Promise<FetchedBundle>;
