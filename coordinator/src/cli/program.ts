/** The command tree of `consilium`. Each command asks one thing of the coordinator and shows the answer. */
import { LIMITS, parseStudyId, ConsiliumError } from '@consilium/shared/vocabulary';
import { Command, Option } from 'commander';
import { addActs } from './acts.js';
import { openApi, readInput } from './operator-access.js';
import { addPeople } from './people.js';
import { addQuestion, show } from './question.js';
import { addSites } from './sites.js';
import type { Terminal } from './terminal.js';

export function createProgram(terminal: Terminal): Command {
  const program = new Command('consilium')
    .description('Runs studies of a Consilium coordinator.')
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
    .option('--json', 'print the answer as the coordinator sent it')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => {
        terminal.print(text);
      },
      writeErr: (text) => {
        terminal.say(text);
      },
    })
    .exitOverride();
  addPeople(program, terminal);
  addSites(program, terminal);
  addBackbones(program, terminal);
  addStudies(program, terminal);
  addExports(program, terminal);
  addActs(program, terminal);
  return program;
}

function addBackbones(program: Command, terminal: Terminal): void {
  const backbone = program.command('backbone').description('backbones that studies may name');
  addQuestion(
    backbone,
    terminal,
    'register <file>',
    'register the description that "consilium-agent model inspect FOLDER --json" printed',
    async (api, file) =>
      api.post('v1/backbones', { type: 'application/json', text: await readInput(file) }),
  );
  addQuestion(backbone, terminal, 'list', 'list the registered backbones', (api) =>
    api.get('v1/backbones'),
  );
}

function addStudies(program: Command, terminal: Terminal): void {
  const study = program.command('study').description('studies from their files to their ends');
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
  addQuestion(study, terminal, 'list', 'list all studies', (api) => api.get('v1/studies'));
  addQuestion(study, terminal, 'show <id>', 'show one study', (api, id) =>
    api.get(`v1/studies/${parseStudyId(id)}`),
  );
  addQuestion(study, terminal, 'evaluations <id>', 'show what the sites measured', (api, id) =>
    api.get(`v1/studies/${parseStudyId(id)}/evaluations`),
  );
  addQuestion(program, terminal, 'rounds <id>', 'show the rounds of a study', (api, id) =>
    api.get(`v1/studies/${parseStudyId(id)}/rounds`),
  );
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
      const api = await openApi(exportBundle);
      const answer = await writeBundle(api, parseStudyId(id), out, terminal);
      show(exportBundle, terminal, answer, () => `${out}\n`);
    });
  const adapter = program.command('adapter').description('what a study has trained');
  const exportAdapter = adapter
    .command('export <id>')
    .description('write the newest adapter of a study as a safetensors file')
    .requiredOption('--out <file>', 'where to; an existing file is not touched')
    .action(async (id: string, { out }: { readonly out: string }) => {
      const { writeAdapter } = await import('./export-adapter.js');
      const api = await openApi(exportAdapter);
      show(exportAdapter, terminal, await writeAdapter(api, parseStudyId(id), out));
    });
}

async function readStudyFile(file: string): Promise<string> {
  const text = await readInput(file);
  if (text.length > LIMITS.studyFileBytes) {
    const message = `${file}: a study file has at most ${LIMITS.studyFileBytes} bytes`;
    throw new ConsiliumError('bad-study-file', message);
  }
  return text;
}
