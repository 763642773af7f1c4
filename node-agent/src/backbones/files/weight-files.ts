/** Finds the weight files of a model folder: one file, or shards and their index. */
import { readdir } from 'node:fs/promises';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import type { Tensor } from '@consilium/shared/tensors';
import { hasPickleName, howToConvert } from './pickles.js';
import { readHeader, readTensors, type StoredTensor } from './safetensors-file.js';
import { INDEX_FILE, readShards } from './shards.js';

/** The names that transformers, timm and open_clip give the one file, in the order in which they are looked for. */
const STANDARD_NAME = 'model.safetensors';
const OPEN_CLIP_NAMES = ['open_clip_model.safetensors', 'open_clip_pytorch_model.safetensors'];
const MOST_NAMED = 8;

/**
 * Every tensor of the folder's weights, from the headers alone, in the order of files and bytes.
 * @throws ConsiliumError 'bad-backbone' naming the file at fault, or saying how to convert a pickle
 */
export async function readHeadings(folder: string): Promise<StoredTensor[]> {
  const files = await readdir(folder).catch(() => {
    throw refused('the folder cannot be read');
  });
  const single = files.find((file) => file === STANDARD_NAME);
  if (single === undefined && files.includes(INDEX_FILE)) {
    return readShards(folder, files);
  }
  return readHeader(folder, single ?? otherFile(files));
}

/**
 * Reads tensors file by file, one after the other, widened to float32; the values are the visitor's to keep.
 * @throws ConsiliumError 'bad-backbone' as readTensors
 */
export async function readWeights<T extends StoredTensor>(
  folder: string,
  tensors: readonly T[],
  visit: (stored: T, tensor: Tensor) => void,
): Promise<void> {
  const files = new Set(tensors.map(({ file }) => file));
  for (const file of files) {
    const inFile = tensors.filter((stored) => stored.file === file);
    await readTensors(folder, file, inFile, visit);
  }
}

function otherFile(files: readonly string[]): string {
  const others = files.filter((file) => file.endsWith('.safetensors'));
  const known = OPEN_CLIP_NAMES.find((name) => others.includes(name));
  const [first, ...more] = known === undefined ? others : [known];
  if (first === undefined) {
    const pickle = files.find(hasPickleName);
    throw refused(
      pickle === undefined
        ? `the folder has no weights: no model.safetensors, ${INDEX_FILE} or other safetensors file`
        : `the folder holds ${pickle} and no safetensors file: ${howToConvert(pickle)}`,
    );
  }
  if (more.length > 0) {
    const named = [...others].sort().slice(0, MOST_NAMED).join(', ');
    throw refused(
      `the folder holds ${others.length} weight files (${named}) and neither model.safetensors nor ${INDEX_FILE}: ` +
        'name the one to use model.safetensors, or add the index that came with the shards',
    );
  }
  return first;
}

function refused(fault: string): ConsiliumError {
  return new ConsiliumError('bad-backbone', `backbone: ${fault}`);
}
