/** The command line of `consilium-verify`. The report goes to stdout, words about the command to stderr. */
import { Command, CommanderError } from 'commander';
import { checkSigningPublicKey } from '@consilium/shared/crypto';
import { fromBase64, requireBytes } from '@consilium/shared/encoding';
import { verifyBundle, type PinnedKeys } from '@consilium/shared/verify';
import { ERROR_CODES, isConsiliumError, type ExitCode } from '@consilium/shared/vocabulary';
import { openBundleFolder } from './bundle-folder.js';
import { reportText } from './report-text.js';

export interface Streams {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
}

interface BundleOptions {
  readonly coordinatorKey?: Uint8Array;
  readonly logKey?: Uint8Array;
  readonly json?: true;
}

/**
 * @param args as after `node main.js`
 * @returns 0 verified, 1 a check failed, 4 bad arguments or not a bundle, 5 a fault of the verifier
 */
export function run(args: readonly string[], version: string, streams: Streams): ExitCode {
  let exitCode: ExitCode = 0;
  const program = createProgram(version, streams, (folder, options) => {
    exitCode = verifyFolder(folder, options, streams);
  });
  try {
    program.parse(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    return explain(error, streams);
  }
}

type Action = (folder: string, options: BundleOptions) => void;

function createProgram(version: string, streams: Streams, action: Action): Command {
  const program = new Command('consilium-verify')
    .description('Checks the evidence of a study: offline, with nothing but the bundle.')
    .version(version)
    .exitOverride()
    .configureOutput({ writeOut: streams.stdout, writeErr: streams.stderr })
    .addHelpText('after', HELP);
  program
    .command('bundle')
    .description('verify an evidence bundle')
    .argument('<path>', 'the folder that holds bundle.json')
    .option('--coordinator-key <key>', "the coordinator's public key, in base64", parseKey)
    .option('--log-key <key>', "the log's public key, in base64", parseKey)
    .option('--json', 'print the report as one JSON object')
    .action(action);
  return program;
}

const HELP = `
Examples:
  consilium-verify bundle ./blood-cells-evidence
  consilium-verify bundle ./blood-cells-evidence --coordinator-key K --log-key L --json

Exit codes:
  0  verified
  1  a check failed: the report says which, where, what was expected and what was found
  4  bad arguments, or not a bundle
  5  a fault of this program
`;

function verifyFolder(folder: string, options: BundleOptions, { stdout }: Streams): ExitCode {
  const pinned: PinnedKeys = { coordinatorKey: options.coordinatorKey, logKey: options.logKey };
  const report = verifyBundle(openBundleFolder(folder), pinned);
  stdout(options.json === true ? `${JSON.stringify(report)}\n` : reportText(report));
  return report.verified ? 0 : 1;
}

/** @throws ConsiliumError 'bad-encoding' or 'weak-key' */
function parseKey(text: string): Uint8Array {
  const key = requireBytes(fromBase64(text), 32, 'public key');
  checkSigningPublicKey(key);
  return key;
}

/** Help and version are thrown by commander too, with exit code 0. */
function explain(error: unknown, { stderr }: Streams): ExitCode {
  if (error instanceof CommanderError) {
    return error.exitCode === 0 ? 0 : 4;
  }
  if (isConsiliumError(error)) {
    const { exit, help } = ERROR_CODES[error.code];
    stderr(`consilium-verify: ${error.message}. ${help}\n`);
    return exit;
  }
  stderr(`consilium-verify: ${describe(error)}. ${ERROR_CODES.internal.help}\n`);
  return ERROR_CODES.internal.exit;
}

function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : 'unknown error';
}
