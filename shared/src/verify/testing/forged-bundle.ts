/** Verifies forged bundles: what fails, and how to exchange parts of the honest sample. */
import { assembleBundle, type AttemptDocuments, type StudyDocuments } from '../assemble-bundle.js';
import { ConsiliumError } from '../../vocabulary/index.js';
import { bundleFromFiles, type BundleFile } from '../bundle-source.js';
import type { Failure } from '../findings.js';
import { verifyBundle } from '../verify-bundle.js';
import type { SampleStudy } from './sample-study.js';

export function failuresOf(files: readonly BundleFile[]): readonly Failure[] {
  return verifyBundle(bundleFromFiles(files)).checks.flatMap(({ failures }) => failures);
}

/** Names of the checks that failed or could not run; none for a verified bundle. */
export function failedChecks(files: readonly BundleFile[]): string[] {
  const { checks } = verifyBundle(bundleFromFiles(files));
  return checks.filter(({ ok }) => !ok).map(({ name }) => name);
}

/** The bundle of the study with other documents, its index signed anew by the coordinator. */
export function withDocuments(study: SampleStudy, changes: Partial<StudyDocuments>): BundleFile[] {
  return assembleBundle({ ...study.documents, ...changes }, study.blobs, study.signing);
}

/** As withDocuments, for the committed attempt of round 1. */
export function withAttempt(
  study: SampleStudy,
  change: (attempt: AttemptDocuments) => Partial<AttemptDocuments>,
): BundleFile[] {
  const { attemptId } = committed(study, 1);
  const attempts = study.documents.attempts.map((attempt) =>
    attempt.attemptId === attemptId ? { ...attempt, ...change(attempt) } : attempt,
  );
  return withDocuments(study, { attempts });
}

/** The attempt that committed a round. */
export function committed(study: SampleStudy, roundNo: number): AttemptDocuments {
  return first(study.documents.attempts.filter(({ record }) => record?.roundNo === roundNo));
}

export function first<T>(items: readonly T[]): T {
  const [item] = items;
  if (item === undefined) {
    throw new ConsiliumError('internal', 'the sample study has none');
  }
  return item;
}
