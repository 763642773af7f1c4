/** The command tree of `consilium-verify`. */
import { Command, InvalidArgumentError } from 'commander';
import { addContract, type Examples, type Switches } from '@consilium/shared/command-line';
import { checkSigningPublicKey } from '@consilium/shared/crypto';
import { fromBase64, requireBytes } from '@consilium/shared/encoding';
import type { PinnedPersonKey } from '@consilium/shared/verify';
import type { PageOptions } from './evidence-page.js';
import { readPersonKeys } from './person-key-file.js';

export interface KeyOptions {
  readonly coordinatorKey?: Uint8Array;
  readonly logKey?: Uint8Array;
  readonly json?: true;
}

export interface BundleOptions extends KeyOptions {
  readonly personKey?: readonly PinnedPersonKey[];
}

interface RosterOptions extends BundleOptions {
  readonly from: number;
  readonly to?: number;
}

export interface ReportOptions extends BundleOptions, PageOptions {}

export interface Actions {
  readonly bundle: (folder: string, options: BundleOptions) => void;
  readonly inclusion: (folder: string, leaf: number, options: KeyOptions) => void;
  readonly consistency: (kept: string, folder: string, options: KeyOptions) => void;
  readonly recompute: (folder: string, round: number, options: KeyOptions) => void;
  readonly gaps: (folder: string, options: KeyOptions) => void;
  readonly rosterDiff: (folder: string, options: RosterOptions) => void;
  readonly report: (folder: string, options: ReportOptions) => void;
}

export interface ProgramOutput {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
}

export function createProgram(
  version: string,
  output: ProgramOutput,
  switches: Switches,
  actions: Actions,
): Command {
  const program = new Command('consilium-verify')
    .description('Checks the evidence of a study: offline, with nothing but the bundle.')
    .version(version)
    .exitOverride()
    .configureOutput({ writeOut: output.stdout, writeErr: output.stderr })
    .addHelpText('after', HELP);
  withPeople(withKeys(program.command('bundle').argument('<path>', FOLDER)))
    .description('verify an evidence bundle')
    .action(actions.bundle);
  addProofs(program, actions);
  withPeople(withKeys(program.command('roster-diff').argument('<path>', FOLDER)))
    .description('verify an evidence bundle, and tell how the roster of the study changed')
    .option('--from <epoch>', 'the epoch that you know already', parseEpoch, 0)
    .option('--to <epoch>', 'the last epoch to tell of; the newest if not given', parseEpoch)
    .action(actions.rosterDiff);
  withPeople(withKeys(program.command('report').argument('<path>', FOLDER)))
    .description('verify an evidence bundle, and tell all that it shows: members, rounds, gaps')
    .option('--html <file>', 'write a page too that holds the bundle and verifies itself')
    .option('--template <file>', "self-verifying.html of a console's build, if it is another one")
    .option('--overwrite', 'replace the page if it exists')
    .action(actions.report);
  // Everything that holds is on its command line: an auditor's answer depends on no file that lies about.
  const nothing = { settings: () => [], settingsFiles: () => [] };
  const { stdout: print } = output;
  return addContract(program, { version, switches, examples: EXAMPLES, print, ...nothing });
}

function addProofs(program: Command, actions: Actions): void {
  withKeys(program.command('inclusion').argument('<path>', FOLDER))
    .argument('<leaf>', 'its index in the log', parseCount)
    .description('prove that one leaf is in the log, hash by hash')
    .action(actions.inclusion);
  withKeys(
    program.command('consistency').argument('<kept>', 'a checkpoint that was kept, or a bundle'),
  )
    .argument('<path>', 'the folder of a later bundle')
    .description('prove that the log only grew since a checkpoint was kept, hash by hash')
    .action(actions.consistency);
  withKeys(program.command('recompute').argument('<path>', FOLDER))
    .argument('<round>', 'its number', parseCount)
    .description('compute the sum and the adapter of one round again')
    .action(actions.recompute);
  withKeys(program.command('gaps').argument('<path>', FOLDER))
    .description('list what is not shown and what came to nothing: leaves, rounds, attempts, sites')
    .action(actions.gaps);
}

const FOLDER = 'the folder that holds bundle.json';

function withKeys(command: Command): Command {
  return command
    .option('--coordinator-key <key>', "the coordinator's public key, in base64", parseKey)
    .option('--log-key <key>', "the log's public key, in base64", parseKey);
}

function withPeople(command: Command): Command {
  return command.option(
    '--person-key <file>',
    'public keys of people that you got from them: lines of "OPERATOR-ID ed25519 KEY"; again for more',
    (file: string, earlier: readonly PinnedPersonKey[] = []) => [
      ...earlier,
      ...readPersonKeys(file),
    ],
  );
}

export const EXAMPLES: Examples = {
  bundle: [
    'consilium-verify bundle ./blood-cells-evidence',
    'consilium-verify bundle ./blood-cells-evidence --coordinator-key K --log-key L --json',
    'consilium-verify bundle ./blood-cells-evidence --person-key ./keys-of-people',
  ],
  inclusion: ['consilium-verify inclusion ./blood-cells-evidence 17'],
  consistency: [
    'consilium-verify consistency may.note ./blood-cells-evidence',
    'consilium-verify consistency ./evidence-of-may ./evidence-of-june --log-key L',
  ],
  recompute: ['consilium-verify recompute ./blood-cells-evidence 3'],
  gaps: ['consilium-verify gaps ./blood-cells-evidence'],
  'roster-diff': ['consilium-verify roster-diff ./blood-cells-evidence --from 3'],
  report: [
    'consilium-verify report ./blood-cells-evidence > report.txt',
    'consilium-verify report ./blood-cells-evidence --json',
    'consilium-verify report ./blood-cells-evidence --html blood-cells.html',
  ],
  'config show': ['consilium-verify config show --origin'],
  'config path': ['consilium-verify config path'],
  completion: ['eval "$(consilium-verify completion bash)"'],
  version: ['consilium-verify version'],
  help: ['consilium-verify help exit-codes'],
};

const HELP = `
Exit codes:
  0  verified
  1  a check failed: the report says which, where, what was expected and what was found
  4  bad arguments, or not a bundle
  5  a fault of this program
`;

/** @throws ConsiliumError 'bad-encoding' or 'weak-key' */
function parseKey(text: string): Uint8Array {
  const key = requireBytes(fromBase64(text), 32, 'public key');
  checkSigningPublicKey(key);
  return key;
}

function parseEpoch(text: string): number {
  return parseCount(text, 'An epoch');
}

function parseCount(text: string, what: unknown): number {
  if (!/^(?:0|[1-9][0-9]{0,8})$/.test(text)) {
    const thing = typeof what === 'string' ? what : 'It';
    throw new InvalidArgumentError(`${thing} is a number from 0 on.`);
  }
  return Number(text);
}
