/** The command tree of `consilium`. Each command asks one thing of the coordinator and shows the answer. */
import {
  addContract,
  nextStepLine,
  withoutEnvelope,
  type Switches,
} from '@consilium/shared/command-line';
import { parseJson } from '@consilium/shared/encoding';
import { parseStudyFile } from '@consilium/shared/protocol';
import { LIMITS, parseStudyId, ConsiliumError } from '@consilium/shared/vocabulary';
import { Command, Option } from 'commander';
import { parse as parseYaml } from 'yaml';
import { PROGRAM_VERSION } from '../config/program-version.js';
import { addActs } from './acts.js';
import { addAudit } from './audit.js';
import { addCurves } from './curves.js';
import { addEvaluations } from './evaluation-matrix.js';
import { EXAMPLES } from './examples.js';
import { NEXT_STEPS } from './next-steps.js';
import { openApi, readInput } from './operator-access.js';
import { addPeople } from './people.js';
import { settingsOf, takeSettingsFile } from './operator-settings.js';
import { addQuestion, answerOf, show } from './question.js';
import { addRounds } from './rounds.js';
import { addSites } from './sites.js';
import { addCourse } from './study-course.js';
import { addStudyFiles } from './study-files.js';
import type { Terminal } from './terminal.js';
import { addTrack } from './track.js';

export function createProgram(terminal: Terminal, switches: Switches): Command {
  const program = new Command('consilium')
    .description('Runs studies of a Consilium coordinator.')
    .version(PROGRAM_VERSION)
    .addOption(
      new Option('--url <url>', 'address of the coordinator')
        .env('CONSILIUM_URL')
        .default('http://127.0.0.1:7443'),
    )
    .addOption(
      new Option('--token-file <file>', "file with the operator's token").env(
        'CONSILIUM_TOKEN_FILE',
      ),
    )
    .option('--json', 'print one JSON object, whose data is the answer of the coordinator')
    .configureOutput({ writeOut: terminal.print, writeErr: terminal.say })
    .exitOverride();
  addPeople(program, terminal);
  addSites(program, terminal);
  addBackbones(program, terminal);
  addStudies(program, terminal, switches);
  addRounds(program, terminal, switches);
  addEvaluations(program, terminal);
  addExports(program, terminal);
  addAudit(program, terminal);
  addActs(program, terminal);
  takeSettingsFile(program, terminal);
  if (!switches.json && !switches.jsonl) {
    program.hook('postAction', (_, done) => {
      terminal.say(nextStepLine(NEXT_STEPS, done, done.args));
    });
  }
  return addContract(program, {
    version: PROGRAM_VERSION,
    switches,
    examples: EXAMPLES,
    print: terminal.print,
    settings: () => settingsOf(program, terminal),
    settingsFiles: () => (terminal.settingsFile === undefined ? [] : [terminal.settingsFile]),
  });
}

function addBackbones(program: Command, terminal: Terminal): void {
  const backbone = program.command('backbone').description('backbones that studies may name');
  addQuestion(
    backbone,
    terminal,
    'register <file>',
    'register the description that "consilium-agent model inspect FOLDER --json" printed',
    async (api, file) =>
      api.post('v1/backbones', { type: 'application/json', text: await readDescription(file) }),
  );
  addQuestion(backbone, terminal, 'list', 'list the registered backbones', (api) =>
    api.get('v1/backbones'),
  );
}

function addStudies(program: Command, terminal: Terminal, switches: Switches): void {
  const study = program.command('study').description('studies from their files to their ends');
  addStudyFiles(study, terminal);
  addValidation(study, terminal);
  addQuestion(
    study,
    terminal,
    'create <file>',
    'create a study from its study file and offer it to the sites',
    async (api, file) =>
      api.post('v1/studies', { type: 'application/yaml', text: await readStudyFile(file) }),
  );
  addQuestion(study, terminal, 'start <id>', 'fix the roster and open the first round', (api, id) =>
    api.post(`v1/studies/${parseStudyId(id)}/start`),
  );
  addCourse(study, terminal);
  addQuestion(study, terminal, 'list', 'list all studies', (api) => api.get('v1/studies'));
  addQuestion(study, terminal, 'show <id>', 'show one study', (api, id) =>
    api.get(`v1/studies/${parseStudyId(id)}`),
  );
  addQuestion(study, terminal, 'evaluations <id>', 'show what the sites measured', (api, id) =>
    api.get(`v1/studies/${parseStudyId(id)}/evaluations`),
  );
  addCurves(study, terminal);
  addTrack(study, terminal, switches);
}

/** Without a coordinator: what it would say of the file itself is said here. */
function addValidation(study: Command, terminal: Terminal): void {
  const validate = study
    .command('validate <file>')
    .description('say what is wrong with a study file, without a coordinator')
    .action(async (file: string) => {
      const value = parseStudyFile(parsedYaml(file, await readStudyFile(file)));
      show(validate, terminal, answerOf(value), () => `${file}: nothing is wrong with it\n`);
    });
}

function parsedYaml(file: string, text: string): unknown {
  try {
    // Plain values only, and aliases cannot unfold into gigabytes.
    return parseYaml(text, { schema: 'core', maxAliasCount: 100 });
  } catch (cause) {
    throw new ConsiliumError('bad-study-file', `${file} is no YAML`, { cause });
  }
}

/** As the agent printed it, in its envelope or without. */
async function readDescription(file: string): Promise<string> {
  const text = await readInput(file);
  return JSON.stringify(withoutEnvelope(parseJson(text)));
}

/** The exports load what they need by themselves, so that every other command starts at once. */
function addExports(program: Command, terminal: Terminal): void {
  const bundle = program.command('bundle').description('evidence for auditors');
  const exportBundle = bundle
    .command('export <id>')
    .description('write the evidence bundle of a study into an empty folder')
    .requiredOption('--out <folder>', 'where to; made when it does not exist')
    .action(async (id: string, { out }: { readonly out: string }) => {
      const { writeBundle } = await import('./export-bundle.js');
      const api = await openApi(exportBundle, terminal);
      const answer = await writeBundle(api, parseStudyId(id), out, terminal);
      show(exportBundle, terminal, answer, () => `${out}\n`);
    });
  const adapter = program.command('adapter').description('what a study has trained');
  const exportAdapter = adapter
    .command('export <id>')
    .description('write an adapter of a study as a safetensors file')
    .requiredOption('--out <file>', 'where to; an existing file is not touched')
    .option('--round <n>', 'after which round; the newest if not given')
    .action(async (id: string, { out, round }: AdapterOptions) => {
      const { writeAdapter } = await import('./export-adapter.js');
      const api = await openApi(exportAdapter, terminal);
      show(exportAdapter, terminal, await writeAdapter(api, parseStudyId(id), out, round));
    });
}

interface AdapterOptions {
  readonly out: string;
  readonly round?: string;
}

async function readStudyFile(file: string): Promise<string> {
  const text = await readInput(file);
  if (text.length > LIMITS.studyFileBytes) {
    const message = `${file}: a study file has at most ${LIMITS.studyFileBytes} bytes`;
    throw new ConsiliumError('bad-study-file', message);
  }
  return text;
}
