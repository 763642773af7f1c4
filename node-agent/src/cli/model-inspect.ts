/**
 * `consilium-agent model inspect`: what a folder holds, whether it is complete, which model it may be, what its licence asks and
 * what it will cost on this machine. With --json the description that a study's backbone is registered with.
 */
import { answerLine } from '@consilium/shared/command-line';
import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import {
  activationBytes,
  findModel,
  forwardOperations,
  loadBytes,
  possibleModels,
  requireModel,
  unsupportedModel,
  type CatalogueModel,
} from '@consilium/shared/catalogue';
import { inputSize, type BackboneDescription } from '@consilium/shared/protocol';
import { ConsiliumError, isConsiliumError } from '@consilium/shared/vocabulary';
import type { LicenceRecord } from '../config/agent-config.js';
import { readFolderModel, readFolderNames } from '../config/folder-model.js';
import { consentOf, consentSentence } from '../config/licence-consent.js';
import { LOCAL_LIMITS, type CliTools, type InspectedBackbone } from './cli-tools.js';
import { readLicences } from './licences.js';
import { geometryLines, licenceLines, preprocessingLine } from './model-words.js';

export interface ModelInspectArguments {
  /** Id of the catalogue, where the folder's own files do not name the model. */
  readonly model?: string;
  readonly home?: string;
  readonly json?: boolean;
}

/** Pictures of the training step that is estimated. */
const STEP_PICTURES = 32;
/** Forward, and back through all blocks to the first adapted one: the weights' own gradients are not needed. */
const STEP_PASSES = 2;
const MOST_MATCHES = 6;

/** @throws ConsiliumError 'bad-backbone' naming the tensor or file that is wrong, 'not-found' for an unknown model */
export async function modelInspectCommand(
  folderName: string,
  given: ModelInspectArguments,
  tools: CliTools,
): Promise<void> {
  const folder = resolve(folderName);
  const named = given.model === undefined ? undefined : requireModel(given.model).id;
  const inspected = await inspect(folder, tools);
  const model = named ?? (await readFolderModel(folder));
  const description: BackboneDescription = {
    ...inspected.description,
    ...(model === undefined ? {} : { model }),
  };
  if (given.json === true) {
    tools.stdout.write(answerLine(description));
    return;
  }
  const licences = await readLicences(given.home, tools);
  const sections = [
    [description.hash],
    contentLines(inspected),
    modelLines(description, licences),
    await costLines(description, tools),
  ];
  tools.stdout.write(`${sections.flat().join('\n')}\n`);
}

/** What is wrong with a folder of a model that is known not to be supported is told with that reason. */
async function inspect(folder: string, { inspectBackbone }: CliTools): Promise<InspectedBackbone> {
  try {
    return await inspectBackbone(folder);
  } catch (error) {
    const { names, modelType } = await readFolderNames(folder);
    const known = [undefined, ...names]
      .map((name) => unsupportedModel(name, modelType))
      .find((entry) => entry !== undefined);
    if (known === undefined || !isConsiliumError(error, 'bad-backbone')) {
      throw error;
    }
    throw new ConsiliumError(
      'bad-backbone',
      `${known.title} cannot be a backbone: ${known.reason} (${error.message})`,
      { cause: error },
    );
  }
}

function contentLines({ layout, description }: InspectedBackbone): string[] {
  const { geometry, preprocessing, parameters } = description;
  return [
    `${layout}: complete, ${parameters} parameters`,
    ...geometryLines(geometry),
    `pictures: ${preprocessingLine(preprocessing)}`,
  ];
}

function modelLines(
  description: BackboneDescription,
  licences: readonly LicenceRecord[],
): string[] {
  const matches = possibleModels(description);
  const model = description.model === undefined ? undefined : findModel(description.model);
  if (model === undefined) {
    const titles = matches.slice(0, MOST_MATCHES).map(({ model: { id } }) => id);
    const more = matches.length > MOST_MATCHES ? ', ...' : '';
    return [
      matches.length === 0
        ? 'model: none of the catalogue computes this; its licence is not known here'
        : `model: not named; the same is computed by ${titles.join(', ')}${more} (--model ID says which)`,
    ];
  }
  const differs = matches.every((match) => match.model !== model);
  return [
    `model: ${model.title} (${model.id})${differs ? '; WARNING: the catalogue has another geometry for it' : ''}`,
    ...licenceLines(model).map((line) => `  ${line}`),
    ...consentLines(model, licences),
  ];
}

function consentLines(model: CatalogueModel, licences: readonly LicenceRecord[]): string[] {
  if (!model.gated) {
    return [];
  }
  const record = consentOf(model.id, licences);
  return [
    record === undefined
      ? `  not accepted here: ${consentSentence(model)}`
      : `  accepted by ${record.acceptedBy} on ${record.acceptedOn}`,
  ];
}

async function costLines(
  { geometry, preprocessing }: BackboneDescription,
  tools: CliTools,
): Promise<string[]> {
  const size = inputSize(preprocessing);
  const operations = forwardOperations(geometry, size);
  const step = STEP_PICTURES * activationBytes(geometry, size);
  const speed = await measureSpeed(tools);
  const seconds = (passes: number): string => {
    const value = (passes * operations) / speed.operationsPerSecond;
    return value < 0.01 ? 'under 0.01' : rounded(value);
  };
  return [
    `memory: ${mebibytes(loadBytes(geometry))} MiB to load, of which the WebAssembly engine takes several times as much; ` +
      `about ${mebibytes(step)} MiB more for a training step of ${STEP_PICTURES} pictures through all blocks`,
    `time, an estimate from ${rounded(operations / 1e9)} GFLOP a picture and ${rounded(speed.operationsPerSecond / 1e9)} GFLOP/s ` +
      `measured now (${speed.engine.backend}): ${seconds(1)} s for the feature of a picture, ` +
      `${seconds(STEP_PASSES * STEP_PICTURES)} s for that training step`,
  ];
}

async function measureSpeed({ trainers }: CliTools) {
  const trainer = trainers(LOCAL_LIMITS)();
  try {
    const outcome = await trainer.measure(randomUUID());
    switch (outcome.kind) {
      case 'measured':
        return outcome;
      case 'failed':
        throw new ConsiliumError(outcome.code, outcome.message);
      case 'crashed':
        throw new ConsiliumError('trainer-crashed', `the trainer ended (${outcome.reason})`);
    }
  } finally {
    await trainer.close();
  }
}

function mebibytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(0);
}

/** Two digits that count. */
function rounded(value: number): string {
  return value >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(2)));
}
