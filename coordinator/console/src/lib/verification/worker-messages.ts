/** What the page and its verification worker say to each other. */
import type {
  BundleFile,
  GrowthProof,
  PinnedKeys,
  VerificationStep,
} from '@consilium/shared/verify';
import type { ErrorCode } from '@consilium/shared/vocabulary';

export interface HeldBundle {
  readonly files: readonly BundleFile[];
  readonly proofs: readonly GrowthProof[];
}

/** What verification-tasks.ts does. */
export type Task =
  /** `index` as the coordinator answers it. */
  | { readonly name: 'readIndex'; readonly index: unknown }
  | {
      readonly name: 'verify';
      readonly pinned: PinnedKeys;
      readonly savedCheckpoint: string | undefined;
    }
  | { readonly name: 'proveInclusion'; readonly leafIndex: number }
  | { readonly name: 'proveConsistency'; readonly saved: string }
  | { readonly name: 'recomputeRound'; readonly roundNo: number }
  /** `template` is the page that the build made. */
  | { readonly name: 'selfVerifyingPage'; readonly template: string };

export type ToWorker =
  /** Comes once for each bundle, so that its files are copied once. */
  | { readonly kind: 'hold'; readonly bundleId: number; readonly bundle: HeldBundle }
  | {
      readonly kind: 'do';
      readonly requestId: number;
      readonly bundleId: number | undefined;
      readonly task: Task;
    };

export type FromWorker = { readonly requestId: number } & (
  | { readonly kind: 'steps'; readonly steps: readonly VerificationStep[] }
  | { readonly kind: 'done'; readonly answer: unknown }
  | { readonly kind: 'failed'; readonly code: ErrorCode; readonly message: string }
);
