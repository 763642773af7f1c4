/** `consilium-agent evaluate`: measures adapter checkpoints on a data set of this machine, one line of output for each. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { inSchemaOrder, readSafetensors, type TensorSchema } from '@consilium/shared/tensors';
import type { StudyProtocol } from '@consilium/shared/protocol';
import { requireSchema } from '../participation/acceptance.js';
import { figuresOf } from '../participation/figures.js';
import { splitSchema } from '../trainer-link/messages.js';
import { readArgumentFile, readProtocolFile, requireArgument } from './arguments.js';
import type { CliTools } from './cli-tools.js';
import { openLocalStudy, type LocalStudyArguments } from './local-study.js';

export interface EvaluateArguments extends LocalStudyArguments {
  readonly protocol: string;
  /** Adapter checkpoint files. */
  readonly adapter: readonly string[];
  readonly split: string;
  readonly json?: boolean;
}

/** @throws ConsiliumError 'bad-safetensors', 'bad-tensor-schema' before anything is measured */
export async function evaluateCommand(given: EvaluateArguments, tools: CliTools): Promise<void> {
  const protocol = await readProtocolFile(given.protocol);
  const split = requireArgument(splitSchema, given.split, '--split');
  const adapters = given.adapter.map((file) => resolve(file));
  const schema = requireSchema(protocol);
  for (const file of adapters) {
    await requireAdapter(file, schema);
  }
  const { trainer, close } = await openLocalStudy(asMeasured(protocol), given, tools);
  try {
    for (const adapterFile of adapters) {
      const { metrics } = await trainer.evaluate({ adapterFile, split });
      const figures = figuresOf(metrics);
      const { confusion } = metrics;
      tools.stdout.write(
        given.json === true
          ? `${JSON.stringify({ adapter: adapterFile, split, ...figures, confusion })}\n`
          : `${adapterFile}: balanced accuracy ${figures.balancedAccuracy.toFixed(4)} on ${figures.samples} images\n`,
      );
    }
  } finally {
    await close();
  }
}

/** Measuring needs no minimum of training images. */
function asMeasured(protocol: StudyProtocol): StudyProtocol {
  return { ...protocol, participation: { ...protocol.participation, minSamples: 1 } };
}

async function requireAdapter(file: string, schema: TensorSchema): Promise<void> {
  const bytes = await readArgumentFile(file, (path) => readFile(path));
  inSchemaOrder(schema, readSafetensors(bytes));
}
