/**
 * `consilium-agent features`: the features of a frozen backbone for every picture of a data set, as safetensors. The trainer
 * writes them; what is wrong with a picture is told by row and rule alone.
 */
import { answerLine } from '@consilium/shared/command-line';
import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { findModel, requireModel } from '@consilium/shared/catalogue';
import { poolSchema, type Pool } from '@consilium/shared/protocol';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import { readFolderModel } from '../config/folder-model.js';
import { requireFolderConsent } from '../config/licence-consent.js';
import { TrainerRefusal } from '../participation/study-trainer.js';
import type { Extracted, ExtractRequest } from '../trainer-link/messages.js';
import { requireArgument, requireCount } from './arguments.js';
import { LOCAL_LIMITS, type CliTools } from './cli-tools.js';
import { readLicences } from './licences.js';
import { requireOutputFile } from './output-file.js';

export interface FeaturesArguments {
  readonly backbone: string;
  readonly data: string;
  readonly out: string;
  /** Id of the catalogue, where the folder's own files do not name the model. */
  readonly model?: string;
  readonly home?: string;
  readonly pool?: string;
  readonly size?: string;
  readonly batch?: string;
  /** MiB that the trainer may take. */
  readonly memory?: string;
  readonly siteColumn: readonly string[];
  readonly strict?: boolean;
  readonly json?: boolean;
}

const EVERY_MS = 2000;
/** On a side, of what a backbone is fed. */
const MOST_PIXELS = 4096;
/** Pictures. */
const MOST_TOGETHER = 1024;

/** @throws ConsiliumError 'licence-not-accepted', 'bad-request', 'conflict', 'bad-backbone', 'bad-dataset', 'trainer-crashed' */
export async function featuresCommand(given: FeaturesArguments, tools: CliTools): Promise<void> {
  const folder = resolve(given.backbone);
  await requireOutputFile(resolve(given.out));
  const named = given.model === undefined ? undefined : requireModel(given.model).id;
  await requireFolderConsent(folder, [named], await readLicences(given.home, tools));
  const model = named ?? (await readFolderModel(folder));
  const extracted = await extract(requestOf(given, folder, model), given, tools);
  tools.stdout.write(
    given.json === true
      ? answerLine(asJson(extracted, given))
      : describeExtracted(extracted, given.out),
  );
}

/** The feature that the catalogue names for a known model, unless another was asked for; else the folder's own. */
function requestOf(
  given: FeaturesArguments,
  backboneFolder: string,
  model: string | undefined,
): Omit<ExtractRequest, 'kind'> {
  const pool =
    given.pool === undefined
      ? poolOfModel(model)
      : requireArgument<Pool>(poolSchema, given.pool, '--pool');
  return {
    jobId: randomUUID(),
    dataFolder: resolve(given.data),
    sites: [...given.siteColumn],
    backboneFolder,
    outFile: resolve(given.out),
    ...(pool === undefined ? {} : { pool }),
    ...(given.size === undefined
      ? {}
      : { inputPixels: requireCount(given.size, '--size', MOST_PIXELS) }),
    ...(given.batch === undefined
      ? {}
      : { batchSize: requireCount(given.batch, '--batch', MOST_TOGETHER) }),
    strict: given.strict === true,
  };
}

function poolOfModel(model: string | undefined): Pool | undefined {
  const geometry = model === undefined ? undefined : findModel(model)?.geometry;
  return geometry?.architecture === 'vit' ? geometry.pool : undefined;
}

async function extract(
  request: Omit<ExtractRequest, 'kind'>,
  { memory }: FeaturesArguments,
  { trainers, signal, stderr }: CliTools,
): Promise<Extracted> {
  const memoryMiB =
    memory === undefined ? LOCAL_LIMITS.memoryMiB : requireCount(memory, '--memory');
  const trainer = trainers({ ...LOCAL_LIMITS, memoryMiB })();
  const stop = (): void => void trainer.close();
  signal.addEventListener('abort', stop, { once: true });
  let toldAtMs = Number.NEGATIVE_INFINITY;
  try {
    const outcome = await trainer.extract(request, ({ step, steps }) => {
      if (step === steps || performance.now() - toldAtMs > EVERY_MS) {
        toldAtMs = performance.now();
        stderr.write(`${step} of ${steps} rows\n`);
      }
    });
    switch (outcome.kind) {
      case 'extracted':
        return outcome;
      case 'failed':
        throw new TrainerRefusal(outcome);
      case 'crashed':
        throw new ConsiliumError(
          'trainer-crashed',
          `the trainer ended (${outcome.reason}); the same command goes on where it stopped` +
            (outcome.reason === 'out-of-memory' ? ', with more --memory or a smaller --batch' : ''),
        );
    }
  } finally {
    signal.removeEventListener('abort', stop);
    await trainer.close();
  }
}

function asJson(extracted: Extracted, { out }: FeaturesArguments) {
  const { rows, written, resumed, featureSize, pool, wallMs: ms } = extracted;
  const { backboneHash: backbone, preprocessingHash: preprocessing } = extracted;
  const { problems, problemCounts, engine, warnings } = extracted;
  const made = { backbone, preprocessing, pool, featureSize, engine };
  return {
    file: resolve(out),
    rows,
    written,
    resumed,
    ...made,
    problems,
    problemCounts,
    warnings,
    ms,
  };
}

function describeExtracted(extracted: Extracted, out: string): string {
  const { written, rows, resumed, featureSize, pool, problems, warnings, wallMs } = extracted;
  const before = resumed === 0 ? '' : `, ${resumed} of them from an earlier run`;
  return [
    ...warnings,
    `${resolve(out)}: ${written} features of ${featureSize} numbers (${pool}) from ${rows} rows` +
      `${before}, in ${(wallMs / 1000).toFixed(1)} s`,
    ...problems.map(({ row, rule }) => `  row ${row}: ${rule}, left out`),
    ...(rows - written > problems.length
      ? [`  and ${rows - written - problems.length} rows more`]
      : []),
    '',
  ].join('\n');
}
