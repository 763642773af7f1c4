/** Changes of agent.yaml that a command makes for the data manager: what stands there otherwise, comments too, stays. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { isSeq, parseDocument, type Document } from 'yaml';
import type { StudyId } from '@consilium/shared/vocabulary';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import { parseAgentConfig, type StudyConfig } from './agent-config.js';
import { writeDurably } from './durable-file.js';
import type { Home } from './home.js';

/** @returns whether there was none. */
export async function writeFirstConfig(home: Home, coordinator: string): Promise<boolean> {
  if (existsSync(home.configFile)) {
    return false;
  }
  await writeDurably(
    home.configFile,
    '# What this agent does; "consilium-agent config show --origin" prints every setting with its default.\n' +
      `coordinator: ${coordinator}\n` +
      '# "consilium-agent dataset add" writes a study here: where its pictures and its backbone lie.\n' +
      'studies: []\n',
  );
  return true;
}

/** @throws ConsiliumError 'conflict' where the study stands there already; 'bad-configuration' */
export async function addStudy(home: Home, study: StudyConfig): Promise<void> {
  const { document, config } = await readConfig(home);
  if (config.studies.some(({ study: id }) => id === study.study)) {
    throw new ConsiliumError(
      'conflict',
      `agent.yaml has the study ${study.study} already: "consilium-agent dataset remove ${study.study}" takes it out`,
    );
  }
  const studies = document.get('studies');
  if (isSeq(studies)) {
    // An empty list is written as [], and would go on in one line.
    studies.flow = false;
    studies.add(document.createNode(study));
  } else {
    document.set('studies', document.createNode([study]));
  }
  await write(home, document);
}

/** @throws ConsiliumError 'not-found' where the study does not stand there; 'bad-configuration' */
export async function removeStudy(home: Home, study: StudyId): Promise<void> {
  const { document, config } = await readConfig(home);
  const at = config.studies.findIndex(({ study: id }) => id === study);
  if (at < 0) {
    const known = config.studies.map(({ study: id }) => id).join(', ') || 'none';
    throw new ConsiliumError('not-found', `agent.yaml has no study ${study}: ${known}`);
  }
  document.deleteIn(['studies', at]);
  await write(home, document);
}

async function readConfig(home: Home) {
  if (!existsSync(home.configFile)) {
    throw new ConsiliumError(
      'bad-configuration',
      `${home.configFile} is missing: "consilium-agent enrol" writes it`,
    );
  }
  const text = await readFile(home.configFile, 'utf8');
  return { config: parseAgentConfig(text), document: parseDocument(text, { schema: 'core' }) };
}

async function write(home: Home, document: Document): Promise<void> {
  const text = document.toString();
  parseAgentConfig(text);
  await writeDurably(home.configFile, text);
}
