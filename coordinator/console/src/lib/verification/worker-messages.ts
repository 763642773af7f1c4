/** What the page and its verification worker say to each other. */
import type {
  BundleFile,
  BundleReport,
  ConsistencySteps,
  GrowthProof,
  InclusionSteps,
  PinnedKeys,
  RecomputedRound,
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

/** What comes of each task. */
export interface AnswerOf {
  readonly readIndex: IndexToFetch;
  readonly verify: Verification;
  readonly proveInclusion: InclusionSteps;
  readonly proveConsistency: ConsistencySteps;
  readonly recomputeRound: RecomputedRound;
  readonly selfVerifyingPage: string;
}

export interface IndexToFetch {
  readonly indexHash: string;
  /** `bundle.json`, in the bytes that were signed. */
  readonly file: BundleFile;
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
}

export interface Verification {
  readonly report: BundleReport;
  /** The words that `consilium-verify bundle` prints. */
  readonly text: string;
  /** Of a saved checkpoint: `holds` says whether the log is the same one, only grown, `reason` why not. */
  readonly growth?: ConsistencySteps;
  /** Signed note of the bundle's last checkpoint, to keep for the next time; absent where its signature does not hold. */
  readonly checkpoint?: string;
  readonly durationMs: number;
}

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
