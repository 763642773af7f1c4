/**
 * Verification of a study's evidence in this browser, by the code of `consilium-verify` in a worker of its own. `fetchBundle` is
 * the last request: from then on bundle and worker are in the memory of the page, and all that follows works without a network.
 */
import type {
  BundleReport,
  ConsistencySteps,
  InclusionSteps,
  PinnedKeys,
  RecomputedRound,
  VerificationStep,
} from '@consilium/shared/verify';
import type { FetchedBundle } from './fetch-bundle.js';

export interface WatchOptions {
  /** Aborting ends the work at once; the promise is rejected with the signal's reason. */
  readonly signal?: AbortSignal;
  /** In batches, in the order in which they happen; the last of a batch has the newest `progress`. */
  readonly onSteps?: (steps: readonly VerificationStep[]) => void;
}

export interface VerifyOptions extends WatchOptions {
  /** A signed note that was saved before; name it to `fetchBundle` too, which asks for the proof that leads from it. */
  readonly savedCheckpoint?: string;
  readonly pinned?: PinnedKeys;
}

export interface Verification {
  readonly report: BundleReport;
  /** The words that `consilium-verify bundle` prints. */
  readonly text: string;
  /** Of a saved checkpoint: `holds` says whether the log is the same one, only grown, `reason` why not. */
  readonly growth?: ConsistencySteps;
  /** Signed note of the bundle's last checkpoint: what to keep for the next time. */
  readonly checkpoint: string;
  readonly durationMs: number;
}

/** The functions of this module. All of them reject with a ConsiliumError of the verifier's codes. */
export interface VerificationApi {
  /** The whole bundle, as `consilium-verify bundle` does it. */
  readonly verify: (bundle: FetchedBundle, options?: VerifyOptions) => Promise<Verification>;
  /** Each hash from a leaf to the root of the bundle's last checkpoint; 'not-found' for a leaf that it does not show. */
  readonly proveInclusion: (bundle: FetchedBundle, leafIndex: number) => Promise<InclusionSteps>;
  /** Each hash from a saved checkpoint (a signed note) to the bundle's last one. */
  readonly proveConsistency: (bundle: FetchedBundle, saved: string) => Promise<ConsistencySteps>;
  /** Ring sum and adapter of one round again. */
  readonly recomputeRound: (
    bundle: FetchedBundle,
    roundNo: number,
    options?: WatchOptions,
  ) => Promise<RecomputedRound>;
  /** One HTML file that verifies itself when it is opened from disk, for `download`. */
  readonly selfVerifyingPage: (bundle: FetchedBundle) => Promise<Blob>;
}
