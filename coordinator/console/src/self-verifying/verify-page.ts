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
  const words = reportText(report);
  const missing = leftOutText(leftOut);
  const verdict = words.trimEnd().split('\n').slice(verdictLine(words)).join('\n');
  if (report.verified || leftOut.length === 0 || !onlyLeftOut(report, leftOut)) {
    const kind = report.verified ? 'verified' : 'refused';
    return { kind, text: verdict, reportText: words + missing, report, steps };
  }
  const text = `What is in this file holds. Not verified: ${leftOut.length} files that are too large for it.\nTake the evidence bundle and consilium-verify for them.`;
  return { kind: 'partly', text, reportText: words + missing, report, steps };
}

/** The report closes with its verdict, after an empty line. */
function verdictLine(words: string): number {
  return words.trimEnd().split('\n').lastIndexOf('') + 1;
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
