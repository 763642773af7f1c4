/**
 * The command tree of `consilium-agent`. Each command is one function; what is wrong with the arguments is said in one sentence. A
 * command's function is loaded when it is called, so that a quick one does not wait for what trains and travels.
 */
import {
  addContract,
  explainFailure,
  nextStepLine,
  readSwitches,
  schemaLine,
  type ProgramExit,
  type SettingsPlace,
  type Switches,
} from '@consilium/shared/command-line';
import { Command } from 'commander';
import { AGENT_VERSION } from '../config/version.js';
import { agentSettings, agentSettingsFiles } from './agent-settings.js';
import { addAdapterCommands } from './adapter-commands.js';
import { addBudgetCommands } from './budget.js';
import type { CliTools } from './cli-tools.js';
import type { DashboardArguments } from './dashboard.js';
import { addDatasetCommands } from './dataset-commands.js';
import type { DoctorArguments } from './doctor.js';
import type { EnrolArguments } from './enrol.js';
import type { EvaluateArguments } from './evaluate.js';
import { EXAMPLES } from './examples.js';
import type { FeaturesArguments } from './features.js';
import type { KeyArguments } from './key.js';
import { addHospitalCommands } from './hospital-commands.js';
import type { ModelInspectArguments } from './model-inspect.js';
import type { ModelListArguments } from './model-list.js';
import { NEXT_STEPS } from './next-steps.js';
import { addReceiptCommands } from './receipt-commands.js';
import type { RunArguments } from './run.js';
import type { StatusArguments } from './status.js';
import type { TrainAloneArguments } from './train-alone.js';

/** May be given several times. */
const SITE_COLUMN: [string, string, (value: string, before: string[]) => string[], string[]] = [
  '--site-column <value>',
  'only rows with this value in the site column; may be repeated',
  (value, before) => [...before, value],
  [],
];

const MODEL: [string, string] = ['--model <id>', 'which model of "model list" it is'];
const HOME: [string, string] = ['--home <dir>', 'home folder whose agent.yaml records licences'];

const NAME = 'consilium-agent';

/** Runs one command line. @param words without program and script. @returns the exit code. */
export async function runProgram(words: readonly string[], tools: CliTools): Promise<ProgramExit> {
  const switches = readSwitches(words);
  try {
    const program = createProgram(tools, switches);
    if (switches.schema) {
      tools.stdout.write(schemaLine(program, words, EXAMPLES));
      return 0;
    }
    await program.parseAsync([...words], { from: 'user' });
    return 0;
  } catch (error) {
    const interrupted = tools.signal.aborted;
    const { out, err, exit } = explainFailure(error, { program: NAME, switches, interrupted });
    tools.stdout.write(out);
    tools.stderr.write(err);
    return exit;
  }
}

function createProgram(tools: CliTools, switches: Switches): Command {
  const program = new Command(NAME)
    .description('Takes part in studies for one hospital: the images never leave it.')
    .version(AGENT_VERSION)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => tools.stdout.write(text),
      writeErr: (text) => tools.stderr.write(text),
    });
  addSiteCommands(program, tools);
  addKeyCommands(program, tools);
  addHospitalCommands(program, tools);
  addReceiptCommands(program, tools);
  addBudgetCommands(program, tools);
  addCheckCommands(program, tools);
  addDatasetCommands(program, tools);
  addModelCommands(program, tools);
  addLocalCommands(program, tools);
  addAdapterCommands(program, tools);
  if (!switches.json && !switches.jsonl) {
    program.hook('postAction', (_, done) => {
      const { home = 'HOME' } = done.opts<{ readonly home?: string }>();
      tools.stderr.write(nextStepLine(NEXT_STEPS, done, done.args).replaceAll('HOME', home));
    });
  }
  return addContract(program, {
    version: AGENT_VERSION,
    switches,
    examples: EXAMPLES,
    print: (text) => tools.stdout.write(text),
    settings: (place) => agentSettings(homeOf(place), tools),
    settingsFiles: (place) => agentSettingsFiles(homeOf(place), tools),
    placeOption: { flags: '--home <dir>', description: 'home folder of the agent' },
  });
}

function homeOf({ home }: SettingsPlace): string | undefined {
  return typeof home === 'string' ? home : undefined;
}

function addSiteCommands(program: Command, tools: CliTools): void {
  program
    .command('enrol')
    .description('make the keys of this site and enrol it with an invite')
    .requiredOption('--home <dir>', 'home folder of the agent')
    .requiredOption('--coordinator <url>', 'address of the coordinator')
    .requiredOption('--invite-file <file>', 'file with the invite')
    .requiredOption('--site <id>', 'id of this site, as invited')
    .option('--if-needed', 'leave a home that is enrolled already as it is')
    .option('--json', 'one JSON object')
    .action(async (given: EnrolArguments) =>
      (await import('./enrol.js')).enrolCommand(given, tools),
    );
  program
    .command('run')
    .description('take part in the studies of agent.yaml until stopped')
    .option('--home <dir>', 'home folder of the agent')
    .option('--jsonl', 'events in envelopes, one a line; the last has terminal: true')
    .action(async (given: RunArguments) => (await import('./run.js')).runCommand(given, tools));
  program
    .command('status')
    .description('say what this site has joined and how far it is')
    .option('--home <dir>', 'home folder of the agent')
    .option('--json', 'one JSON object')
    .action(async (given: StatusArguments) =>
      (await import('./status.js')).statusCommand(given, tools),
    );
  program
    .command('dashboard')
    .description('say where the agent page is, and print a one-time login to it')
    .option('--home <dir>', 'home folder of the agent')
    .option('--json', 'one JSON object')
    .action(async (given: DashboardArguments) =>
      (await import('./dashboard.js')).dashboardCommand(given, tools),
    );
}

function addKeyCommands(program: Command, tools: CliTools): void {
  const key = program.command('key').description('the key of this site');
  key
    .command('show')
    .description('show the key as people compare it')
    .option('--home <dir>', 'home folder of the agent')
    .option('--json', 'one JSON object')
    .action(async (given: KeyArguments) => (await import('./key.js')).keyShowCommand(given, tools));
  key
    .command('rotate')
    .description('exchange the key for a new one; the agent must be stopped')
    .option('--home <dir>', 'home folder of the agent')
    .option('--json', 'one JSON object')
    .action(async (given: KeyArguments) =>
      (await import('./key.js')).keyRotateCommand(given, tools),
    );
}

function addCheckCommands(program: Command, tools: CliTools): void {
  program
    .command('doctor')
    .description('say what this machine gives the agent, and which tensor engine it takes and why')
    .option('--home <dir>', 'home folder of the agent')
    .option('--json', 'one JSON object')
    .action(async (given: DoctorArguments) =>
      (await import('./doctor.js')).doctorCommand(given, tools),
    );
}

function addModelCommands(program: Command, tools: CliTools): void {
  const model = program.command('model').description('look at models');
  model
    .command('list')
    .description('the models that are known, with size and licence')
    .option('--field <name>', 'only the models of one field, such as pathology')
    .option('--json', 'one JSON array')
    .action(async (given: ModelListArguments) =>
      (await import('./model-list.js')).modelListCommand(given, tools),
    );
  inspectOptions(model.command('inspect'), tools);
  const backbone = program.command('backbone', { hidden: true });
  inspectOptions(backbone.command('inspect'), tools);
  program
    .command('features')
    .description('write the features of a frozen backbone, one for each row of a data set')
    .requiredOption('--backbone <dir>', 'folder of the model')
    .requiredOption('--data <dir>', 'folder with labels.csv')
    .requiredOption('--out <file>', 'safetensors file to write')
    .option(
      '--pool <name>',
      "class, mean, class-and-mean or attention; the model's own if not given",
    )
    .option('--size <pixels>', "side of the pictures; the model's own if not given")
    .option('--batch <n>', 'pictures that are computed together')
    .option('--memory <mib>', 'memory that the computation may take')
    .option(...SITE_COLUMN)
    .option(...MODEL)
    .option(...HOME)
    .option('--strict', 'fail at the first row that cannot be read')
    .option('--json', 'one JSON object')
    .action(async (given: FeaturesArguments) =>
      (await import('./features.js')).featuresCommand(given, tools),
    );
}

/** Under two names: `backbone inspect` is the older one. */
function inspectOptions(command: Command, tools: CliTools): void {
  command
    .description('say what a folder holds, its hash, its licence and what it costs')
    .argument('<dir>', 'folder with the files of a model')
    .option(...MODEL)
    .option(...HOME)
    .option('--json', 'the description that a backbone is registered with')
    .action(async (folder: string, given: ModelInspectArguments) =>
      (await import('./model-inspect.js')).modelInspectCommand(folder, given, tools),
    );
}

function addLocalCommands(program: Command, tools: CliTools): void {
  const local = (name: string, description: string): Command =>
    program
      .command(name)
      .description(description)
      .requiredOption('--protocol <file>', 'study protocol as JSON')
      .requiredOption('--data <dir>', 'folder with labels.csv')
      .requiredOption('--backbone <dir>', 'backbone folder')
      .requiredOption('--cache <dir>', 'folder for features, may be deleted at any time')
      .option(
        '--cache-key <file>',
        'keep the features for later runs, encrypted with the key there',
      )
      .option(...SITE_COLUMN)
      .option(...MODEL)
      .option(...HOME)
      .option('--json', 'one JSON object');
  local('train-alone', 'train as a federation of one, for comparison')
    .requiredOption('--out <file>', 'adapter checkpoint to write')
    .option('--rounds <n>', 'rounds; those of the study if not given')
    .option('--site <id>', 'site id that the random choices are drawn for')
    .action(async (given: TrainAloneArguments) =>
      (await import('./train-alone.js')).trainAloneCommand(given, tools),
    );
  local('evaluate', 'measure adapter checkpoints on a data set')
    .requiredOption('--adapter <files...>', 'adapter checkpoints')
    .requiredOption('--split <name>', 'train, val or test')
    .option(
      '--private-adapter <file>',
      'adapter that this site keeps for itself, measured with each',
    )
    .option('--jsonl', 'one JSON object a line as soon as it is measured')
    .action(async (given: EvaluateArguments) =>
      (await import('./evaluate.js')).evaluateCommand(given, tools),
    );
}
