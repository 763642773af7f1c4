/**
 * The adapter that a site keeps for itself: its tensors come from a file of the site and go to a file of the site. They are no
 * part of a delta, a message or a log.
 */
import { readFile } from 'node:fs/promises';
import { initialTensors, readSafetensors } from '@consilium/shared/tensors';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import { loadTensors, saveTensors } from '../adapters/variables.js';
import { writeTensors } from './delta.js';
import type { TensorGroup } from './model.js';

/**
 * Loads what the last training left, or the values that a study starts from.
 * @param file absent before the first training @param seed decides the start values
 * @throws ConsiliumError 'not-found' when the file cannot be read, 'bad-tensor-schema'
 */
export async function loadPrivate(
  { schema, variables }: TensorGroup,
  file: string | undefined,
  seed: string,
): Promise<void> {
  const set =
    file === undefined
      ? initialTensors(schema, `${seed}/private`)
      : readSafetensors(await readPrivate(file));
  loadTensors(variables, schema, set);
}

/** Writes the tensors as they are now; when this resolves, the file is whole and on disk. */
export async function savePrivate({ schema, variables }: TensorGroup, file: string): Promise<void> {
  await writeTensors(file, schema, await saveTensors(variables));
}

async function readPrivate(file: string): Promise<Uint8Array> {
  return readFile(file).catch((error: unknown) => {
    throw new ConsiliumError('not-found', 'the file of the private adapter cannot be read', {
      cause: error,
    });
  });
}
