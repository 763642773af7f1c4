/** One run of `consilium-verify`, from arguments to exit code. The report goes to stdout, words about the command to stderr. */
import {
  answerLine,
  explainFailure,
  failureLine,
  readSwitches,
  schemaLine,
  type ProgramExit,
} from '@consilium/shared/command-line';
import {
  listGaps,
  proveConsistency,
  proveInclusion,
  recomputeRound,
  verifyBundle,
  type BundleReport,
  type PinnedKeys,
} from '@consilium/shared/verify';
import { ERROR_CODES, type ExitCode } from '@consilium/shared/vocabulary';
import { openBundleFolder } from './bundle-folder.js';
import { pageText, planPage, writePage } from './evidence-page.js';
import {
  createProgram,
  EXAMPLES,
  type Actions,
  type BundleOptions,
  type KeyOptions,
  type ProgramOutput,
  type ReportOptions,
} from './program.js';
import { consistencyText, gapsText, inclusionText, recomputedText } from './proof-text.js';
import { reportText } from './report-text.js';
import { rosterText } from './roster-text.js';
import { readSavedCheckpoint } from './saved-checkpoint.js';

/**
 * @param args as after `node main.js`
 * @returns 0 verified, 1 a check failed, 4 bad arguments or not a bundle, 5 a fault of the verifier
 */
export function run(args: readonly string[], version: string, output: ProgramOutput): ProgramExit {
  let exitCode: ProgramExit = 0;
  const switches = readSwitches(args);
  const finish = (code: ExitCode): void => {
    exitCode = code;
  };
  const program = createProgram(version, output, switches, actionsFor(output, finish));
  try {
    if (switches.schema) {
      output.stdout(schemaLine(program, args, EXAMPLES));
      return 0;
    }
    program.parse(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    const { out, err, exit } = explainFailure(error, { program: 'consilium-verify', switches });
    output.stdout(out);
    output.stderr(err);
    return exit;
  }
}

const NOT_VERIFIED = 'proof-invalid';

/** What a command found out, and how it says so. */
interface Found<T> {
  readonly value: T;
  readonly holds: boolean;
  readonly words: (value: T) => string;
  /** Of what does not hold, one sentence. */
  readonly message: string;
}

function actionsFor({ stdout }: ProgramOutput, finish: (code: ExitCode) => void): Actions {
  function answer<T>({ json }: KeyOptions, { value, holds, words, message }: Found<T>): void {
    if (json !== true) {
      stdout(words(value));
    } else if (holds) {
      stdout(answerLine(value));
    } else {
      const hint =
        'The report says where, what was expected and what was found; keep the bundle as evidence.';
      stdout(failureLine({ code: NOT_VERIFIED, message, hint, data: value }));
    }
    finish(holds ? 0 : ERROR_CODES[NOT_VERIFIED].exit);
  }

  function answerProof<T extends { readonly holds: boolean }>(
    options: KeyOptions,
    value: T,
    words: (value: T) => string,
  ): void {
    const message = 'reason' in value ? String(value.reason) : 'it does not hold';
    answer(options, { value, holds: value.holds, words, message });
  }

  const whole = (
    folder: string,
    options: BundleOptions,
    words: (report: BundleReport) => string,
  ) => {
    const value = verifyBundle(openBundleFolder(folder), pinnedBy(options));
    answer(options, { value, holds: value.verified, words, message: failedWords(value) });
  };
  return {
    bundle: (folder, options) => {
      whole(folder, options, reportText);
    },
    rosterDiff: (folder, options) => {
      whole(folder, options, (report) => rosterText(report, options.from, options.to));
    },
    inclusion: (folder, leaf, options) => {
      const proof = proveInclusion(openBundleFolder(folder), leaf, pinnedBy(options));
      answerProof(options, proof, inclusionText);
    },
    consistency: (kept, folder, options) => {
      const pinned = pinnedBy(options);
      const note = readSavedCheckpoint(kept, pinned);
      answerProof(
        options,
        proveConsistency(openBundleFolder(folder), note, pinned),
        consistencyText,
      );
    },
    recompute: (folder, round, options) => {
      const found = recomputeRound(openBundleFolder(folder), round, pinnedBy(options));
      answerProof(options, found, recomputedText);
    },
    gaps: (folder, options) => {
      const value = listGaps(openBundleFolder(folder), pinnedBy(options));
      answer(options, { value, holds: true, words: gapsText, message: '' });
    },
    report: (folder, options) => {
      answer(options, findAll(folder, options));
    },
  };
}

/** The verdict and all that goes with it; the page is written whatever the verdict, which it comes to again when it is opened. */
function findAll(folder: string, options: ReportOptions): Found<BundleReport> {
  const planned = planPage(folder, options);
  const source = openBundleFolder(folder);
  const pinned = pinnedBy(options);
  const report = verifyBundle(source, pinned);
  const gaps = isReadable(report) ? listGaps(source, pinned) : undefined;
  const page = planned === undefined ? undefined : writePage(planned, source);
  const words = (): string =>
    [
      reportText(report),
      rosterText(report, 0),
      ...(gaps === undefined ? [] : [gapsText(gaps)]),
      ...(page === undefined ? [] : [pageText(page)]),
    ].join('\n');
  const value = { ...report, gaps, page };
  return { value, holds: report.verified, words, message: failedWords(report) };
}

function pinnedBy({ coordinatorKey, logKey, personKey }: BundleOptions): PinnedKeys {
  return { coordinatorKey, logKey, personKeys: personKey };
}

/** Whether index and log can be believed, so that there is something to list. */
function isReadable({ checks }: BundleReport): boolean {
  const needed = checks.filter(({ name }) => name === 'index' || name === 'checkpoints');
  return needed.length === 2 && needed.every(({ ok }) => ok);
}

function failedWords({ checks }: BundleReport): string {
  const failed = checks.filter(({ ok }) => !ok).map(({ name }) => name);
  return `not verified, failed: ${failed.join(', ')}`;
}
