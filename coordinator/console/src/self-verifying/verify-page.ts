/** What the page that verifies itself comes to: the verifier's report, and what of it hangs on files that are too large for the page. */
import { fromBase64 } from '@consilium/shared/encoding';
import {
  bundleFromFiles,
  reportText,
  verifyBundle,
  type BundleReport,
  type Failure,
  type LeftOutFile,
  type PageDocuments,
  type PinnedKeys,
  type VerificationStep,
} from '@consilium/shared/verify';

export interface PageVerdict {
  /** `partly`: nothing is wrong with what is here, and some files are not. */
  readonly kind: 'verified' | 'partly' | 'refused';
  /** In one or two lines. */
  readonly text: string;
  readonly reportText: string;
  readonly report: BundleReport;
  readonly steps: readonly VerificationStep[];
}

/** @throws ConsiliumError 'bad-encoding' where a file is not base64 */
export function verifyPage({ files, leftOut }: PageDocuments, pinned: PinnedKeys): PageVerdict {
  const source = bundleFromFiles(
    files.map(({ path, content }) => ({ path, bytes: fromBase64(content) })),
  );
  const steps: VerificationStep[] = [];
  const report = verifyBundle(source, pinned, (step) => {
    steps.push(step);
  });
  const words = reportText(report) + leftOutText(leftOut);
  const told = { reportText: words, report, steps };
  if (report.verified) {
    return { kind: 'verified', text: verifiedText(report), ...told };
  }
  return leftOut.length > 0 && onlyLeftOut(report, leftOut)
    ? { kind: 'partly', text: partlyText(leftOut.length), ...told }
    : { kind: 'refused', text: refusedText(report), ...told };
}

function verifiedText({ keys }: BundleReport): string {
  return keys?.coordinator.pinned === true && keys.log.pinned
    ? 'VERIFIED.'
    : 'VERIFIED against keys that the evidence itself names.\nCompare both keys with those you were given: enter them below.';
}

function partlyText(count: number): string {
  const files = count === 1 ? 'file that is' : 'files that are';
  return `What is in this file holds. Not verified: ${count} ${files} too large for it.\nTake the evidence bundle and consilium-verify for the rest.`;
}

function refusedText({ checks }: BundleReport): string {
  const failed = checks.filter(({ failures }) => failures.length > 0).map(({ name }) => name);
  return `NOT VERIFIED. Failed: ${failed.join(', ')}.`;
}

function onlyLeftOut({ checks }: BundleReport, leftOut: readonly LeftOutFile[]): boolean {
  const paths = new Set(leftOut.map(({ path }) => path));
  const hangsOnThem = ({ path }: Failure): boolean => path !== undefined && paths.has(path);
  return checks.every(
    ({ skipped, failures }) => skipped === undefined && failures.every(hangsOnThem),
  );
}

function leftOutText(leftOut: readonly LeftOutFile[]): string {
  if (leftOut.length === 0) {
    return '';
  }
  const lines = leftOut.map(({ path, bytes }) => `  ${path}, ${bytes} bytes`);
  return ['', 'Too large for this file, so missing above:', ...lines, ''].join('\n');
}
