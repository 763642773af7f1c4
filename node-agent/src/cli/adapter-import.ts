/** `consilium-agent adapter import`: an adapter that PEFT wrote, as adapter checkpoint and as the adapter of a study file. */
import { answerLine } from '@consilium/shared/command-line';
import { resolve } from 'node:path';
import { writeSafetensors, type TensorSet } from '@consilium/shared/tensors';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import { writeDurably } from '../config/durable-file.js';
import type { ImportedAdapter } from './adapter-tools.js';
import type { CliTools } from './cli-tools.js';

export interface AdapterImportArguments {
  readonly peft: string;
  readonly backbone: string;
  /** The checkpoint; the adapter of a study file is written beside it, as `.json`. */
  readonly out: string;
  readonly json?: boolean;
}

const SUFFIX = '.safetensors';

/** @throws ConsiliumError 'bad-request', 'bad-tensor-schema', 'bad-safetensors', 'non-finite', 'bad-backbone', 'not-found' */
export async function adapterImportCommand(
  given: AdapterImportArguments,
  { importAdapter, stdout }: CliTools,
): Promise<void> {
  const file = resolve(given.out);
  if (!file.endsWith(SUFFIX)) {
    throw new ConsiliumError('bad-request', `--out must end in ${SUFFIX}`);
  }
  const imported = await importAdapter(resolve(given.peft), resolve(given.backbone));
  const settingsFile = `${file.slice(0, -SUFFIX.length)}.json`;
  const settings = settingsOf(imported);
  await writeDurably(file, writeSafetensors(checkpointOf(imported)));
  await writeDurably(settingsFile, `${JSON.stringify(settings, undefined, 2)}\n`);
  stdout.write(
    given.json === true
      ? answerLine({ file, settingsFile, ...settings, notes: imported.notes })
      : [`${file}: ${words(imported)}`, `${settingsFile}: the adapter for a study file`]
          .concat(imported.notes, '')
          .join('\n'),
  );
}

/** What a study file says of the adapter, and what its head was trained for. */
function settingsOf({ adapter, head, pool }: ImportedAdapter) {
  return {
    adapter,
    ...(head === undefined ? {} : { head: { classes: head.bias.shape[0], pool } }),
  };
}

/** Method and head in the order of a study's schema. */
function checkpointOf({ tensors, head }: ImportedAdapter): TensorSet {
  return new Map([
    ...tensors,
    ...(head === undefined
      ? []
      : ([
          ['head.weight', head.weight],
          ['head.bias', head.bias],
        ] as const)),
  ]);
}

function words({ adapter, tensors, head }: ImportedAdapter): string {
  const classes = head === undefined ? 'no head' : `a head for ${head.bias.shape[0]} classes`;
  return `${adapter.kind}, ${tensors.size} tensors, ${classes}`;
}
