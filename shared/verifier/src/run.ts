/** The command line of `consilium-verify`. The report goes to stdout, words about the command to stderr. */
import { Command, InvalidArgumentError } from 'commander';
import {
  addContract,
  answerLine,
  explainFailure,
  failureLine,
  readSwitches,
  schemaLine,
  type Examples,
  type ProgramExit,
  type Switches,
} from '@consilium/shared/command-line';
import { checkSigningPublicKey } from '@consilium/shared/crypto';
import { fromBase64, requireBytes } from '@consilium/shared/encoding';
import {
  verifyBundle,
  type BundleReport,
  type PinnedKeys,
  type PinnedPersonKey,
} from '@consilium/shared/verify';
import { ERROR_CODES, type ExitCode } from '@consilium/shared/vocabulary';
import { openBundleFolder } from './bundle-folder.js';
import { readPersonKeys } from './person-key-file.js';
import { reportText } from './report-text.js';
import { rosterText } from './roster-text.js';

export interface Streams {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
}

interface BundleOptions {
  readonly coordinatorKey?: Uint8Array;
  readonly logKey?: Uint8Array;
  readonly personKey?: readonly PinnedPersonKey[];
  readonly json?: true;
}

interface RosterOptions extends BundleOptions {
  readonly from: number;
  readonly to?: number;
}

/**
 * @param args as after `node main.js`
 * @returns 0 verified, 1 a check failed, 4 bad arguments or not a bundle, 5 a fault of the verifier
 */
export function run(args: readonly string[], version: string, streams: Streams): ProgramExit {
  let exitCode: ProgramExit = 0;
  const switches = readSwitches(args);
  const program = createProgram(version, streams, switches, {
    bundle: (folder, options) => {
      exitCode = verifyFolder(folder, options, streams, reportText);
    },
    rosterDiff: (folder, options) => {
      const words = (report: BundleReport): string => rosterText(report, options.from, options.to);
      exitCode = verifyFolder(folder, options, streams, words);
    },
  });
  try {
    if (switches.schema) {
      streams.stdout(schemaLine(program, args, EXAMPLES));
      return 0;
    }
    program.parse(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    const { out, err, exit } = explainFailure(error, { program: 'consilium-verify', switches });
    streams.stdout(out);
    streams.stderr(err);
    return exit;
  }
}

interface Actions {
  readonly bundle: (folder: string, options: BundleOptions) => void;
  readonly rosterDiff: (folder: string, options: RosterOptions) => void;
}

function createProgram(
  version: string,
  streams: Streams,
  switches: Switches,
  actions: Actions,
): Command {
  const program = new Command('consilium-verify')
    .description('Checks the evidence of a study: offline, with nothing but the bundle.')
    .version(version)
    .exitOverride()
    .configureOutput({ writeOut: streams.stdout, writeErr: streams.stderr })
    .addHelpText('after', HELP);
  withKeys(program.command('bundle'))
    .description('verify an evidence bundle')
    .action(actions.bundle);
  withKeys(program.command('roster-diff'))
    .description('verify an evidence bundle, and tell how the roster of the study changed')
    .option('--from <epoch>', 'the epoch that you know already', parseEpoch, 0)
    .option('--to <epoch>', 'the last epoch to tell of; the newest if not given', parseEpoch)
    .action(actions.rosterDiff);
  // Everything that holds is on its command line: an auditor's answer depends on no file that lies about.
  const nothing = { settings: () => [], settingsFiles: () => [] };
  const { stdout: print } = streams;
  return addContract(program, { version, switches, examples: EXAMPLES, print, ...nothing });
}

function withKeys(command: Command): Command {
  return command
    .argument('<path>', 'the folder that holds bundle.json')
    .option('--coordinator-key <key>', "the coordinator's public key, in base64", parseKey)
    .option('--log-key <key>', "the log's public key, in base64", parseKey)
    .option(
      '--person-key <file>',
      'public keys of people that you got from them: lines of "OPERATOR-ID ed25519 KEY"; again for more',
      (file: string, earlier: readonly PinnedPersonKey[] = []) => [
        ...earlier,
        ...readPersonKeys(file),
      ],
    );
}

const EXAMPLES: Examples = {
  bundle: [
    'consilium-verify bundle ./blood-cells-evidence',
    'consilium-verify bundle ./blood-cells-evidence --coordinator-key K --log-key L --json',
    'consilium-verify bundle ./blood-cells-evidence --person-key ./keys-of-people',
  ],
  'roster-diff': ['consilium-verify roster-diff ./blood-cells-evidence --from 3'],
  completion: ['eval "$(consilium-verify completion bash)"'],
  help: ['consilium-verify help exit-codes'],
};

const HELP = `
Exit codes:
  0  verified
  1  a check failed: the report says which, where, what was expected and what was found
  4  bad arguments, or not a bundle
  5  a fault of this program
`;

function verifyFolder(
  folder: string,
  options: BundleOptions,
  { stdout }: Streams,
  words: (report: BundleReport) => string,
): ExitCode {
  const { coordinatorKey, logKey, personKey } = options;
  const pinned: PinnedKeys = { coordinatorKey, logKey, personKeys: personKey };
  const report = verifyBundle(openBundleFolder(folder), pinned);
  stdout(options.json === true ? jsonLine(report) : words(report));
  return report.verified ? 0 : ERROR_CODES[NOT_VERIFIED].exit;
}

const NOT_VERIFIED = 'proof-invalid';

function jsonLine(report: BundleReport): string {
  if (report.verified) {
    return answerLine(report);
  }
  const failed = report.checks.filter(({ ok }) => !ok).map(({ name }) => name);
  return failureLine({
    code: NOT_VERIFIED,
    message: `not verified, failed: ${failed.join(', ')}`,
    hint: 'The report says where, what was expected and what was found; keep the bundle as evidence.',
    data: report,
  });
}

/** @throws ConsiliumError 'bad-encoding' or 'weak-key' */
function parseKey(text: string): Uint8Array {
  const key = requireBytes(fromBase64(text), 32, 'public key');
  checkSigningPublicKey(key);
  return key;
}

function parseEpoch(text: string): number {
  if (!/^(?:0|[1-9][0-9]{0,8})$/.test(text)) {
    throw new InvalidArgumentError('An epoch is a number from 0 on.');
  }
  return Number(text);
}
