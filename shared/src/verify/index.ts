export {
  assembleBundle,
  assembleBundleLog,
  bundleDocumentFiles,
  bundleFileEntry,
  bundleIndexFile,
  type AttemptDocuments,
  type BundleFileEntry,
  type BundleSigning,
  type LogExcerpt,
  type StudyDocuments,
} from './assemble-bundle.js';
export { bundleFromFiles, type BundleFile, type BundleSource } from './bundle-source.js';
export { CHECKS, type CheckName } from './checks.js';
export type { PinnedPersonKey } from './evidence.js';
export type { CheckResult, Failure, Place } from './check-result.js';
export type { StudyState } from './history.js';
export { lastCheckpoint } from './last-checkpoint.js';
export { listGaps, type Gaps } from './list-gaps.js';
export {
  proveConsistency,
  type ConsistencyStep,
  type ConsistencySteps,
  type GrowthProof,
} from './prove-consistency.js';
export { proveInclusion, type InclusionSteps } from './prove-inclusion.js';
export { recomputeRound, type RecomputedRound } from './recompute-one-round.js';
export type { BundleReport, ReportedKey, RosterChange } from './report.js';
export type { NodeStep, Observer, Outcome, VerificationStep } from './steps.js';
export { checkLines, counted, printable, reportText } from './report-text.js';
export {
  selfVerifyingHtml,
  type LeftOutFile,
  type PageDocuments,
  type PageLimits,
} from './self-verifying-html.js';
export { verifyBundle } from './verify-bundle.js';
export type { PinnedKeys } from './verify-index.js';
