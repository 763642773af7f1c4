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
