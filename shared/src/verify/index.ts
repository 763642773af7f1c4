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
export type { CheckResult, Failure } from './findings.js';
export type { StudyState } from './history.js';
export type { BundleReport, ReportedKey, RosterChange } from './report.js';
export { verifyBundle } from './verify-bundle.js';
export type { PinnedKeys } from './verify-index.js';
