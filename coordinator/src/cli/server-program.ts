/** The command tree of `consilium-coordinator`: what runs on the machine of the coordinator itself. */
import {
  addContract,
  answerLine,
  explainFailure,
  nextStepLine,
  readSwitches,
  schemaLine,
  settingsWithOrigin,
  type Examples,
  type NextSteps,
  type ProgramExit,
  type Setting,
  type SettingsPlace,
  type Switches,
} from '@consilium/shared/command-line';
import { Command } from 'commander';
import type { CoordinatorConfig } from '../config/config-schema.js';
import { configFile, configLayers, loadConfig, type ConfigSources } from '../config/load-config.js';
import { PROGRAM_VERSION } from '../config/program-version.js';
import { redactConfig } from '../config/redact-config.js';
import { addKeepingCommands, type KeepingActions } from './keeping-commands.js';
import { readPassword } from './secret-input.js';
import type { Terminal } from './terminal.js';

export interface NewAdministrator {
  readonly name: string;
  readonly tokenFile: string;
  /** None where nobody could be asked: then only the token opens the account. */
  readonly password: string | undefined;
}

/** What the commands do; each says in data what it did. */
export interface ServerActions extends KeepingActions {
  /** Settles once the coordinator listens. */
  readonly serve: (config: CoordinatorConfig) => Promise<object>;
  readonly migrate: (config: CoordinatorConfig) => Promise<object>;
  readonly createAdmin: (config: CoordinatorConfig, wish: NewAdministrator) => Promise<object>;
  readonly signInLink: (config: CoordinatorConfig, name: string) => Promise<object>;
}

interface ConfigOptions {
  readonly config?: string;
}

interface CreateAdminOptions extends ConfigOptions {
  readonly tokenFile: string;
  readonly passwordFile?: string;
}

const NAME = 'consilium-coordinator';

const EXAMPLES: Examples = {
  serve: ['consilium-coordinator serve --config coordinator.yaml'],
  migrate: ['consilium-coordinator migrate --config coordinator.yaml'],
  'create-admin': [
    'consilium-coordinator create-admin ada --token-file ada.token --config coordinator.yaml',
  ],
  'sign-in-link': ['consilium-coordinator sign-in-link ada --config coordinator.yaml'],
  doctor: [
    'consilium-coordinator doctor --config coordinator.yaml',
    'consilium-coordinator doctor --full --json',
  ],
  backup: [
    'consilium-coordinator backup --out /backups --passphrase-file backup.passphrase --config coordinator.yaml',
  ],
  restore: [
    'consilium-coordinator restore consilium.backup --checkpoint old/log-checkpoint --config coordinator.yaml',
    'consilium-coordinator restore consilium.backup --check --config coordinator.yaml',
  ],
  'config show': ['consilium-coordinator config show --origin --config coordinator.yaml'],
  'config path': ['consilium-coordinator config path'],
  completion: ['eval "$(consilium-coordinator completion bash)"'],
  version: ['consilium-coordinator version'],
  help: ['consilium-coordinator help exit-codes'],
};

const NEXT_STEPS: NextSteps = {
  migrate: 'consilium-coordinator serve',
  backup: 'consilium-coordinator restore FILE --check, and keep the passphrase elsewhere',
  restore: 'consilium-coordinator doctor',
  'sign-in-link':
    'open the link in a browser, or give it to its person by a way that nobody else reads',
  'create-admin': 'consilium operator create NAME --role study-coordinator --out FILE',
};

/** @param args without node and script. @returns the exit code; a coordinator that listens goes on after a 0. */
export async function runServerProgram(
  args: readonly string[],
  given: Terminal,
  actions: ServerActions,
): Promise<ProgramExit> {
  const switches = readSwitches(args);
  const terminal = { ...given, canAsk: given.canAsk === true && !switches.noInput };
  try {
    const program = createServerProgram(terminal, switches, actions);
    if (switches.schema) {
      terminal.print(schemaLine(program, args, EXAMPLES));
      return 0;
    }
    await program.parseAsync([...args], { from: 'user' });
    return 0;
  } catch (error) {
    return explainServerFailure(error, terminal, args);
  }
}

/** Says what went wrong. @returns the exit code */
export function explainServerFailure(
  error: unknown,
  { print, say }: Terminal,
  args: readonly string[],
): ProgramExit {
  const switches = readSwitches(args);
  const { out, err, exit } = explainFailure(error, { program: NAME, switches });
  print(out);
  say(err);
  return exit;
}

function createServerProgram(
  terminal: Terminal,
  switches: Switches,
  actions: ServerActions,
): Command {
  const { serve, migrate, createAdmin, signInLink } = actions;
  const { print, say } = terminal;
  const program = new Command(NAME)
    .description('Runs a Consilium coordinator, and sets one up.')
    .version(PROGRAM_VERSION)
    .exitOverride()
    .configureOutput({ writeOut: print, writeErr: say });
  // Without --json the bare line, which service managers and scripts read.
  const answer = (data: object): void => {
    print(switches.json ? answerLine(data) : `${JSON.stringify(data)}\n`);
  };
  withConfig(program.command('serve'))
    .description('run the coordinator until it is told to stop')
    .action(async (given: ConfigOptions) => {
      answer(await serve(loadConfig(sourcesOf(given))));
    });
  withConfig(program.command('migrate'))
    .description('bring the tables up to date, and end')
    .action(async (given: ConfigOptions) => {
      answer(await migrate(loadConfig(sourcesOf(given))));
    });
  withConfig(program.command('create-admin <name>'))
    .description('make the account of an administrator; its token goes into a new file')
    .requiredOption('--token-file <file>', 'a new file for the token')
    .option('--password-file <file>', 'a file with the password; else the terminal asks')
    .action(async (name: string, given: CreateAdminOptions) => {
      const config = loadConfig(sourcesOf(given));
      const { tokenFile, passwordFile } = given;
      const password = await readPassword(passwordFile, `Password for ${name}: `, terminal);
      answer(await createAdmin(config, { name, tokenFile, password }));
    });
  withConfig(program.command('sign-in-link <name>'))
    .description(
      'make a link with which a person signs in to the console, once, within ten minutes',
    )
    .action(async (name: string, given: ConfigOptions) => {
      answer(await signInLink(loadConfig(sourcesOf(given)), name));
    });
  addKeepingCommands(program, { terminal, actions, withConfig, answer, json: switches.json });
  if (!switches.json) {
    program.hook('postAction', (_, done) => {
      say(nextStepLine(NEXT_STEPS, done, done.args));
    });
  }
  return addContract(program, {
    version: PROGRAM_VERSION,
    switches,
    examples: EXAMPLES,
    print,
    settings: settingsAt,
    settingsFiles: (place) => [configFile(sourcesOf(place))].filter((file) => file !== undefined),
    placeOption: { flags: CONFIG_FLAGS, description: CONFIG_WORDS },
  });
}

const CONFIG_FLAGS = '--config <file>';
const CONFIG_WORDS = 'configuration as YAML; CONSILIUM_COORDINATOR_CONFIG names it too';

function withConfig(command: Command): Command {
  return command.option(CONFIG_FLAGS, CONFIG_WORDS);
}

function sourcesOf({ config }: ConfigOptions | SettingsPlace): ConfigSources {
  return typeof config === 'string' ? { file: config } : {};
}

function settingsAt(place: SettingsPlace): readonly Setting[] {
  const sources = sourcesOf(place);
  return settingsWithOrigin(redactConfig(loadConfig(sources)), configLayers(sources));
}
