/** `consilium-agent evaluate`: measures adapter checkpoints on a data set of this machine, one line of output for each. */
import { answerLine, eventLine, lastLine } from '@consilium/shared/command-line';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { privateAdapterSchema, type Metrics, type StudyProtocol } from '@consilium/shared/protocol';
import { inSchemaOrder, readSafetensors, type TensorSchema } from '@consilium/shared/tensors';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import { requireSchema } from '../participation/acceptance.js';
import { figuresOf } from '../participation/figures.js';
import { splitSchema, type EvaluateRequest } from '../trainer-link/messages.js';
import { readArgumentFile, readProtocolFile, requireArgument } from './arguments.js';
import type { CliTools } from './cli-tools.js';
import { openLocalStudy, withoutPrivate, type LocalStudyArguments } from './local-study.js';

export interface EvaluateArguments extends LocalStudyArguments {
  readonly protocol: string;
  /** Adapter checkpoint files. */
  readonly adapter: readonly string[];
  /** File of the site's own adapter, of a study that has one: it takes part in each measurement. */
  readonly privateAdapter?: string;
  readonly split: string;
  readonly json?: boolean;
  readonly jsonl?: boolean;
}

/**
 * @throws ConsiliumError 'bad-request', 'bad-safetensors', 'bad-tensor-schema', 'licence-not-accepted' before anything is
 *   measured
 */
export async function evaluateCommand(given: EvaluateArguments, tools: CliTools): Promise<void> {
  const protocol = await readProtocolFile(given.protocol);
  const split = requireArgument(splitSchema, given.split, '--split');
  const adapters = given.adapter.map((file) => resolve(file));
  const schema = requireSchema(protocol);
  for (const file of adapters) {
    await requireAdapter(file, schema);
  }
  const own = await ownAdapter(given, protocol);
  const measured = asMeasured(own === undefined ? withoutPrivate(protocol) : protocol);
  const { trainer, close } = await openLocalStudy(measured, given, tools);
  try {
    const all: object[] = [];
    for (const [i, adapterFile] of adapters.entries()) {
      const files = { adapterFile, ...(own === undefined ? {} : { privateFile: own }) };
      const { metrics } = await trainer.evaluate({ ...files, split });
      const measured = measurement(files, split, metrics);
      all.push(measured);
      if (given.jsonl === true) {
        tools.stdout.write(i === adapters.length - 1 ? lastLine(measured) : eventLine(measured));
      } else if (given.json !== true) {
        tools.stdout.write(sentence(files, metrics));
      }
    }
    if (given.json === true && given.jsonl !== true) {
      tools.stdout.write(answerLine(all));
    }
  } finally {
    await close();
  }
}

type MeasuredFiles = Pick<EvaluateRequest, 'adapterFile' | 'privateFile'>;

function measurement(
  { adapterFile, privateFile }: MeasuredFiles,
  split: EvaluateRequest['split'],
  metrics: Metrics,
): object {
  const own = privateFile === undefined ? {} : { privateAdapter: privateFile };
  const { confusion } = metrics;
  return { adapter: adapterFile, ...own, split, ...figuresOf(metrics), confusion };
}

function sentence({ adapterFile, privateFile }: MeasuredFiles, metrics: Metrics): string {
  const { balancedAccuracy, samples } = figuresOf(metrics);
  const measured = privateFile === undefined ? adapterFile : `${adapterFile} with ${privateFile}`;
  return `${measured}: balanced accuracy ${balancedAccuracy.toFixed(4)} on ${samples} images\n`;
}

/** The path of the site's own adapter, which has been checked. */
async function ownAdapter(
  { privateAdapter: file }: EvaluateArguments,
  { backbone, privateAdapter: adapter }: StudyProtocol,
): Promise<string | undefined> {
  if (file === undefined) {
    return undefined;
  }
  if (adapter === undefined) {
    throw new ConsiliumError(
      'bad-request',
      '--private-adapter: the study has no private adapter; measure without it',
    );
  }
  const path = resolve(file);
  const { geometry } = backbone;
  await requireAdapter(path, privateAdapterSchema({ geometry, adapter, updateRange: 1 }));
  return path;
}

/** Measuring needs no minimum of training images. */
function asMeasured(protocol: StudyProtocol): StudyProtocol {
  return { ...protocol, participation: { ...protocol.participation, minSamples: 1 } };
}

async function requireAdapter(file: string, schema: TensorSchema): Promise<void> {
  const bytes = await readArgumentFile(file, (path) => readFile(path));
  inSchemaOrder(schema, readSafetensors(bytes));
}
