/** `consilium study new`, `clone` and `export`: study files to begin with, like that of another study, and of a study itself. */
import { studyViewSchema } from '@consilium/shared/answers';
import { utf8 } from '@consilium/shared/encoding';
import {
  parseStudyFile,
  signedSchema,
  spelledOut,
  studyFileOf,
  studyProtocolHash,
  studyProtocolSchema,
  type StudyProtocol,
} from '@consilium/shared/protocol';
import { parseStudyId, type StudyId } from '@consilium/shared/vocabulary';
import { Option, type Command } from 'commander';
import { z } from 'zod';
import type { Api } from './api.js';
import { writeNewFile } from './new-file.js';
import { openApi } from './operator-access.js';
import { parsed } from './parsed-answer.js';
import { answerOf, show } from './question.js';
import { TEMPLATE_NAMES, templateFile, TEMPLATES, type TemplateName } from './study-templates.js';
import { commentedYaml, wholeYaml } from './study-yaml.js';
import type { Terminal } from './terminal.js';

/** What the coordinator does not keep. */
const NOT_IN_PROTOCOL = [
  'comments and the order of fields',
  'which values were left to their defaults: all are written out here',
  'whether blocks were named as all, as the last ones or one by one',
  'whether the seed was named or drawn',
];

const OUT: [string, string] = ['--out <file>', 'a new file; else it is printed'];

export function addStudyFiles(study: Command, terminal: Terminal): void {
  addNew(study, terminal);
  addClone(study, terminal);
  addExport(study, terminal);
}

interface NewOptions {
  readonly template: TemplateName;
  readonly id: string;
  readonly backbone?: string;
  readonly out?: string;
}

function addNew(study: Command, terminal: Terminal): void {
  const command = study
    .command('new')
    .description('write a study file with comments to begin with, without a coordinator')
    .addOption(
      new Option('--template <name>', 'how the backbone is adapted, or which case it is')
        .choices(TEMPLATE_NAMES)
        .default('lora'),
    )
    .option('--id <name>', 'name of the study', 'my-study')
    .option('--backbone <hash>', 'of "consilium backbone list"')
    .option(...OUT)
    .addHelpText('after', `\nTemplates:\n${templateList()}`)
    .action(async ({ template, id, backbone, out }: NewOptions) => {
      const studyId = parseStudyId(id);
      const file = parseStudyFile(templateFile(template, studyId, backbone));
      const yaml = commentedYaml(spelledOut(file), [
        `A study file: ${TEMPLATES[template].summary}.`,
        'Before it is offered: title, classes, backbone, and what else is not as you want it.',
      ]);
      await hand(command, terminal, { yaml, out, rest: { template, studyId } });
    });
}

interface CloneOptions {
  readonly id?: string;
  readonly out?: string;
}

function addClone(study: Command, terminal: Terminal): void {
  const command = study
    .command('clone <study>')
    .description('write a study file like that of a study, under a new name')
    .option('--id <name>', 'the new name; else the old one with the next number that is free')
    .option(...OUT)
    .action(async (study: string, { id, out }: CloneOptions) => {
      const source = parseStudyId(study);
      const api = await openApi(command, terminal);
      const protocol = await protocolOf(api, source);
      const studyId = parseStudyId(id ?? (await freeName(api, source)));
      const protocolHash = studyProtocolHash(protocol);
      const yaml = commentedYaml({ ...studyFileOf(protocol), study: studyId }, [
        `A study file like that of ${source}, whose study protocol is ${protocolHash}.`,
        'Hospitals approve it anew. Without its seed, other random choices are drawn.',
      ]);
      await hand(command, terminal, { yaml, out, rest: { studyId, source, protocolHash } });
    });
}

function addExport(study: Command, terminal: Terminal): void {
  const command = study
    .command('export <study>')
    .description('write the study file that comes to the very study protocol of a study')
    .option(...OUT)
    .action(async (study: string, { out }: { readonly out?: string }) => {
      const studyId = parseStudyId(study);
      const protocol = await protocolOf(await openApi(command, terminal), studyId);
      const protocolHash = studyProtocolHash(protocol);
      const yaml = wholeYaml(studyFileOf(protocol), [
        `Comes to the study protocol ${protocolHash} of ${studyId}.`,
        ...['Not in a protocol, so not here:', ...NOT_IN_PROTOCOL.map((what) => `- ${what}`)],
      ]);
      const rest = { studyId, protocolHash, notInProtocol: NOT_IN_PROTOCOL };
      await hand(command, terminal, { yaml, out, rest });
    });
}

interface Handed {
  readonly yaml: string;
  /** File to write. */
  readonly out: string | undefined;
  /** What programs are told beside the file. */
  readonly rest: object;
}

/** @throws ConsiliumError 'conflict' when the file exists, and as `writeNewFile` */
async function hand(command: Command, terminal: Terminal, { yaml, out, rest }: Handed) {
  if (out === undefined) {
    show(command, terminal, answerOf({ ...rest, yaml }), () => yaml);
    return;
  }
  await writeNewFile(out, async function* () {
    yield await Promise.resolve(utf8(yaml));
  });
  show(command, terminal, answerOf({ ...rest, yaml, file: out }), () => `${out}\n`);
}

async function protocolOf(api: Api, studyId: StudyId): Promise<StudyProtocol> {
  const answer = await api.get(`v1/studies/${studyId}/protocol`);
  return parsed(signedSchema(studyProtocolSchema), answer).body;
}

/** Among the studies that the person reaches. */
async function freeName(api: Api, studyId: StudyId): Promise<string> {
  const studies = parsed(z.array(studyViewSchema), await api.get('v1/studies'));
  const taken = new Set(studies.map((each) => each.studyId));
  const [, stem = studyId, number = '1'] = /^(.*?)(?:-([1-9][0-9]{0,3}))?$/.exec(studyId) ?? [];
  for (let next = Number(number) + 1; ; next += 1) {
    if (!taken.has(`${stem}-${next}`)) {
      return `${stem}-${next}`;
    }
  }
}

function templateList(): string {
  const width = Math.max(...TEMPLATE_NAMES.map(({ length }) => length));
  return TEMPLATE_NAMES.map((name) => `  ${name.padEnd(width)}  ${TEMPLATES[name].summary}\n`).join(
    '',
  );
}
