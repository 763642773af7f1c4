/** `consilium-agent dataset`: which pictures and which backbone a study takes, and what is wrong with a data set. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { answerLine } from '@consilium/shared/command-line';
import { ConsiliumError, parseStudyId } from '@consilium/shared/vocabulary';
import type { Command } from 'commander';
import { loadAgentConfig, type StudyConfig } from '../config/agent-config.js';
import { addStudy, removeStudy } from '../config/agent-file.js';
import { requireHome } from './arguments.js';
import type { CliTools } from './cli-tools.js';
import { dataCheckCommand, type DataCheckArguments } from './data-check.js';

interface HomeArguments {
  readonly home?: string;
  readonly json?: boolean;
}

interface AddArguments extends HomeArguments {
  readonly data: string;
  readonly backbone: string;
  readonly siteColumn?: string;
  readonly model?: string;
}

const HOME: [string, string] = ['--home <dir>', 'home folder of the agent'];

export function addDatasetCommands(program: Command, tools: CliTools): void {
  const dataset = program.command('dataset').description('data sets of studies');
  dataset
    .command('add')
    .description('say in agent.yaml where the pictures and the backbone of a study lie')
    .argument('<study>', 'id of the study')
    .requiredOption('--data <dir>', 'folder with labels.csv: file,label,split,site,patient')
    .requiredOption('--backbone <dir>', 'folder of the model, as its library saved it')
    .option('--site-column <value>', 'only rows with this value in the site column')
    .option('--model <id>', 'which model of "model list" it is')
    .option(...HOME)
    .action((study: string, given: AddArguments) => add(study, given, tools));
  addCheck(dataset, tools);
  dataset
    .command('list')
    .description('the studies of agent.yaml, with their pictures and backbones')
    .option(...HOME)
    .action((given: HomeArguments) => list(given, tools));
  dataset
    .command('remove')
    .description('take a study out of agent.yaml; no picture is touched')
    .argument('<study>', 'id of the study')
    .option(...HOME)
    .action((study: string, given: HomeArguments) => remove(study, given, tools));
  // The older name.
  addCheck(program.command('data', { hidden: true }), tools);
}

function addCheck(dataset: Command, tools: CliTools): void {
  dataset
    .command('check')
    .description('list what is wrong with a data set, by row and rule')
    .requiredOption('--data <dir>', 'folder with labels.csv')
    .option(
      '--site-column <value>',
      'only rows with this value in the site column; may be repeated',
      (value: string, before: string[]) => [...before, value],
      [],
    )
    .option('--protocol <file>', 'study protocol as JSON')
    .option('--study-classes <names>', 'the classes, separated by commas')
    .option('--json', 'one JSON object')
    .action((given: DataCheckArguments) => dataCheckCommand(given, tools));
}

/** @throws ConsiliumError 'bad-request', 'bad-configuration', 'conflict' */
async function add(study: string, given: AddArguments, tools: CliTools): Promise<void> {
  const home = requireHome(given.home, tools);
  const [data, backbone] = [resolve(given.data), resolve(given.backbone)];
  requireFile(join(data, 'labels.csv'), '--data');
  requireFile(backbone, '--backbone');
  const { siteColumn, model } = given;
  const added: StudyConfig = {
    ...{ study: parseStudyId(study), data },
    ...(siteColumn === undefined ? {} : { siteColumn }),
    backbone,
    ...(model === undefined ? {} : { model }),
  };
  await addStudy(home, added);
  answer(given, tools, added, `${home.configFile} has the study ${study} now\n`);
}

async function list(given: HomeArguments, tools: CliTools): Promise<void> {
  const { studies } = await loadAgentConfig(requireHome(given.home, tools));
  const lines = studies.map(
    ({ study, data, siteColumn, backbone }) =>
      `${study}: ${data}${siteColumn === undefined ? '' : ` (site ${siteColumn})`}, backbone ${backbone}\n`,
  );
  answer(given, tools, studies, lines.length === 0 ? 'none\n' : lines.join(''));
}

async function remove(study: string, given: HomeArguments, tools: CliTools): Promise<void> {
  const home = requireHome(given.home, tools);
  await removeStudy(home, parseStudyId(study));
  answer(given, tools, { study }, `${home.configFile} has the study ${study} no longer\n`);
}

function answer({ json }: HomeArguments, { stdout }: CliTools, data: unknown, words: string): void {
  stdout.write(json === true ? answerLine(data) : words);
}

function requireFile(path: string, option: string): void {
  if (!existsSync(path)) {
    throw new ConsiliumError('not-found', `${option}: there is no ${path}`);
  }
}
