/**
 * Verification of a study's evidence in this browser, by the code of `consilium-verify` in a worker of its own. `fetchBundle` is
 * the last request: from then on bundle and worker are in the memory of the page, and all that follows works without a network.
 */
import type {
  ConsistencySteps,
  InclusionSteps,
  PinnedKeys,
  RecomputedRound,
  VerificationStep,
} from '@consilium/shared/verify';
import type { FetchedBundle } from './fetch-bundle.js';
import { askWorker } from './worker-client.js';
import type { Verification } from './worker-messages.js';

export type { Verification } from './worker-messages.js';

export interface WatchOptions {
  /** Aborting ends the work at once, and everything else that the worker was asked; the promise is rejected with the signal's reason. */
  readonly signal?: AbortSignal;
  /** In batches, in the order in which they happen; the last of a batch has the newest `progress`. */
  readonly onSteps?: (steps: readonly VerificationStep[]) => void;
}

export interface VerifyOptions extends WatchOptions {
  /** A signed note that was saved before; name it to `fetchBundle` too, which asks for the proof that leads from it. */
  readonly savedCheckpoint?: string;
  /** Keys that the auditor got by another way than the bundle. */
  readonly pinned?: PinnedKeys;
}

/** The whole bundle, as `consilium-verify bundle` does it. @throws ConsiliumError 'bad-signature', 'checkpoint-invalid' or 'not-found' for the saved checkpoint */
export function verify(
  bundle: FetchedBundle,
  { savedCheckpoint, pinned = {}, signal, onSteps }: VerifyOptions = {},
): Promise<Verification> {
  return askWorker({ name: 'verify', pinned, savedCheckpoint }, { bundle, signal, onSteps });
}

/** Each hash from a leaf to the root of the bundle's last checkpoint. @throws ConsiliumError 'not-found' for a leaf that it does not show */
export function proveInclusion(bundle: FetchedBundle, leafIndex: number): Promise<InclusionSteps> {
  return askWorker({ name: 'proveInclusion', leafIndex }, { bundle });
}

/** Each hash from a saved checkpoint (a signed note) to the bundle's last one. @throws ConsiliumError as `verify` */
export function proveConsistency(bundle: FetchedBundle, saved: string): Promise<ConsistencySteps> {
  return askWorker({ name: 'proveConsistency', saved }, { bundle });
}

/** Ring sum and adapter of one round again. @throws ConsiliumError 'not-found' for a round without result */
export function recomputeRound(
  bundle: FetchedBundle,
  roundNo: number,
  { signal, onSteps }: WatchOptions = {},
): Promise<RecomputedRound> {
  return askWorker({ name: 'recomputeRound', roundNo }, { bundle, signal, onSteps });
}

/** One HTML file that verifies itself when it is opened from disk, for `download`. */
export async function selfVerifyingPage(bundle: FetchedBundle): Promise<Blob> {
  const html = await askWorker(
    { name: 'selfVerifyingPage', template: bundle.pageTemplate },
    { bundle },
  );
  return new Blob([html], { type: 'text/html' });
}
