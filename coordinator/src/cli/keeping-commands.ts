/** `consilium-coordinator doctor`, `backup` and `restore`: what whoever keeps the machine does for a coordinator. */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { answerLine, ReportedFailure } from '@consilium/shared/command-line';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import type { Command } from 'commander';
import type { CoordinatorConfig } from '../config/config-schema.js';
import { loadConfig } from '../config/load-config.js';
import { checked, checkLines, type Check } from '../doctor/check.js';
import { confirm, readPassword } from './secret-input.js';
import type { Terminal } from './terminal.js';

export interface BackupWish {
  /** Does not exist yet. */
  readonly file: string;
  readonly passphrase: string;
}

export interface RestoringWish {
  readonly file: string;
  readonly passphrase: string;
  /** Signed notes, by the file they came from. */
  readonly checkpoints: ReadonlyMap<string, string>;
}

export interface KeepingActions {
  /** Looks at everything and changes nothing. @param full the whole log, however long it is */
  readonly doctor: (config: CoordinatorConfig, full: boolean) => Promise<readonly Check[]>;
  readonly backup: (config: CoordinatorConfig, wish: BackupWish) => Promise<object>;
  /** Reads a backup to its end and writes nothing. */
  readonly checkBackup: (config: CoordinatorConfig, wish: RestoringWish) => Promise<object>;
  readonly restore: (config: CoordinatorConfig, wish: RestoringWish) => Promise<object>;
}

interface PlaceOptions {
  readonly config?: string;
  readonly home?: string;
}

interface DoctorOptions extends PlaceOptions {
  readonly full?: boolean;
}

interface BackupOptions extends PlaceOptions {
  readonly out: string;
  readonly passphraseFile?: string;
}

interface RestoreOptions extends PlaceOptions {
  readonly passphraseFile?: string;
  readonly checkpoint?: readonly string[];
  readonly check?: boolean;
  readonly yes?: boolean;
}

export interface KeepingTools {
  readonly terminal: Terminal;
  readonly actions: KeepingActions;
  /** A command with the option that names the configuration. */
  readonly withConfig: (command: Command) => Command;
  readonly answer: (data: object) => void;
  readonly json: boolean;
}

const STANDARD_INPUT = '/dev/stdin';
/** NIST SP 800-63B asks for 8; whoever gets hold of a backup may try for as long as he likes. */
const PASSPHRASE_LENGTH = 12;

export function addKeepingCommands(program: Command, tools: KeepingTools): void {
  addDoctor(program, tools);
  addBackup(program, tools);
  addRestore(program, tools);
}

function addDoctor(program: Command, { terminal, actions, withConfig, json }: KeepingTools): void {
  withHome(withConfig(program.command('doctor')))
    .description('look at settings, disk, database, log, keys, addresses and certificates')
    .option('--full', 'check the whole log, however long it is')
    .action(async (given: DoctorOptions) => {
      const checks = await checksOf(given, actions);
      if (!json) {
        terminal.print(checkLines(checks));
      }
      const problems = checks.filter(({ result }) => result === 'problem');
      if (problems.length > 0) {
        const names = problems.map(({ check }) => check).join(', ');
        throw new ReportedFailure('wrong-state', `there are problems: ${names}`, { checks });
      }
      if (json) {
        terminal.print(answerLine({ checks }));
      }
    });
}

/** Settings that cannot be read are a problem like any other, and nothing can be looked at without them. */
async function checksOf(
  given: DoctorOptions,
  { doctor }: KeepingActions,
): Promise<readonly Check[]> {
  let config: CoordinatorConfig | undefined;
  const settings = await checked('settings', () => {
    config = configOf(given);
    return config.dataFolder;
  });
  return config === undefined ? [settings] : doctor(config, given.full === true);
}

function addBackup(
  program: Command,
  { terminal, actions, withConfig, answer }: KeepingTools,
): void {
  withHome(withConfig(program.command('backup')))
    .description(
      'keep database, blobs and keys in one encrypted file, beside a running coordinator',
    )
    .requiredOption(
      '--out <path>',
      'a new file, or a folder that gets one with the time in its name',
    )
    .option('--passphrase-file <file>', PASSPHRASE_WORDS)
    .action(async (given: BackupOptions) => {
      const config = configOf(given);
      const passphrase = await passphraseOf(given, terminal);
      const file = await fileIn(given.out);
      answer(await actions.backup(config, { file, passphrase }));
    });
}

function addRestore(
  program: Command,
  { terminal, actions, withConfig, answer }: KeepingTools,
): void {
  withHome(withConfig(program.command('restore <file>')))
    .description(
      'put a backup back into an empty place; the coordinator that it is of must never run again',
    )
    .option('--passphrase-file <file>', PASSPHRASE_WORDS)
    .option(
      '--checkpoint <file...>',
      'newest checkpoints that anybody holds: of the lost data folder, of sites, of auditors',
    )
    .option('--check', 'only read the backup to its end and say what is in it')
    .option('--yes', 'do not ask whether somebody may hold a newer checkpoint')
    .action(async (file: string, given: RestoreOptions) => {
      const config = configOf(given);
      const checkpoints = await notesOf(given.checkpoint ?? []);
      const passphrase = await passphraseOf(given, terminal);
      const wish = { file, passphrase, checkpoints };
      if (given.check === true) {
        answer(await actions.checkBackup(config, wish));
        return;
      }
      await confirm(consentFor(checkpoints.size), given.yes, terminal);
      answer(await actions.restore(config, wish));
    });
}

const PASSPHRASE_WORDS = 'a file with the passphrase, - for standard input; else the terminal asks';

function consentFor(compared: number): string {
  const known = compared === 0 ? 'none was compared' : `${compared} were compared`;
  return `Sites and auditors that hold a newer checkpoint than the backup will refuse this coordinator for ever (${known}). The coordinator that the backup was made of must never run again.`;
}

function withHome(command: Command): Command {
  return command.option('--home <folder>', 'the data folder, instead of that of the configuration');
}

function configOf({ config, home }: PlaceOptions): CoordinatorConfig {
  return loadConfig({
    ...(config === undefined ? {} : { file: config }),
    ...(home === undefined ? {} : { flags: { dataFolder: home } }),
  });
}

/** @throws ConsiliumError 'bad-request' where there is none, or too short a one */
async function passphraseOf(
  { passphraseFile }: { readonly passphraseFile?: string },
  terminal: Terminal,
): Promise<string> {
  const file = passphraseFile === '-' ? STANDARD_INPUT : passphraseFile;
  const passphrase = await readPassword(file, 'Passphrase of the backup: ', terminal);
  if (passphrase === undefined || passphrase.length < PASSPHRASE_LENGTH) {
    const message = `a backup has a passphrase of at least ${PASSPHRASE_LENGTH} characters: name its file with --passphrase-file`;
    throw new ConsiliumError('bad-request', message);
  }
  return passphrase;
}

async function fileIn(out: string): Promise<string> {
  const status = await stat(out).catch(() => undefined);
  const time = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '');
  return status?.isDirectory() === true ? join(out, `consilium-${time}.backup`) : out;
}

async function notesOf(files: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const notes = new Map<string, string>();
  for (const file of files) {
    const note = await readFile(file, 'utf8').catch((cause: unknown) => {
      throw new ConsiliumError('bad-request', `${file} cannot be read`, { cause });
    });
    notes.set(file, note);
  }
  return notes;
}
