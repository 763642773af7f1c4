/** Imports a folder that PEFT wrote as the adapter of a study. */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readSafetensors, type TensorSet } from '@consilium/shared/tensors';
import { ConsiliumError, LIMITS } from '@consilium/shared/vocabulary';
import { readJsonFile } from '../backbones/files/model-files.js';
import { readBackbone } from '../backbones/read-backbone.js';
import { systemCode } from '../config/durable-file.js';
import { libraryModel, namesOfAllClasses } from './libraries/registry.js';
import { importAdapter, type ImportedAdapter } from './peft/import-adapter.js';
import { readHeadFile, type HeadFile } from './peft/head-file.js';
import { CONFIG_FILE, HEAD_FILE, WEIGHTS_FILE } from './peft/key-names.js';
import { describePeftConfig, type PeftDescription } from './peft/read-config.js';
import { readRowNorms } from './peft/row-norms.js';

const CONFIG_BYTES = 1024 * 1024;
/** Two generations of names and a head. */
const WEIGHT_BYTES = 3 * LIMITS.adapterBytes;
const PICKLE = 'adapter_model.bin';

export interface PeftFolder {
  readonly description: PeftDescription;
  readonly tensors: TensorSet;
  readonly headFile?: HeadFile;
}

/** @throws ConsiliumError 'not-found' naming the file, 'bad-request' for what is not supported, 'bad-safetensors' */
export async function readPeftFolder(folder: string): Promise<PeftFolder> {
  const json = await readJsonFile(folder, CONFIG_FILE, CONFIG_BYTES);
  if (json === undefined) {
    throw new ConsiliumError('not-found', `${folder} has no ${CONFIG_FILE}: not a folder of PEFT`);
  }
  const description = describePeftConfig(json);
  const bytes = await readBounded(folder, WEIGHTS_FILE);
  if (bytes === undefined) {
    const isPickle = (await sizeOf(join(folder, PICKLE))) !== undefined;
    throw new ConsiliumError(
      'not-found',
      isPickle
        ? `${folder} holds ${PICKLE}, a pickle, which can run code and is not read: save the adapter again with a recent PEFT, which writes ${WEIGHTS_FILE}`
        : `${folder} has no ${WEIGHTS_FILE}`,
    );
  }
  const head = await readBounded(folder, HEAD_FILE);
  return {
    description,
    tensors: readSafetensors(bytes),
    ...(head === undefined ? {} : { headFile: readHeadFile(head) }),
  };
}

/**
 * @param backbone folder of the base
 * @throws ConsiliumError as readPeftFolder and importAdapter; 'bad-backbone' for a faulty folder
 */
export async function importFolder(peft: string, backbone: string): Promise<ImportedAdapter> {
  const files = await readPeftFolder(peft);
  const { layout, geometry, load } = await readBackbone(backbone);
  return importAdapter({
    ...files,
    geometry,
    model: libraryModel(layout.title, geometry, geometry),
    names: namesOfAllClasses(layout.title, geometry),
    rowNorms: async (blocks) => (await readRowNorms(load, geometry, blocks)).norms,
  });
}

async function readBounded(folder: string, file: string): Promise<Uint8Array | undefined> {
  const path = join(folder, file);
  const size = await sizeOf(path);
  if (size === undefined) {
    return undefined;
  }
  if (size > WEIGHT_BYTES) {
    throw new ConsiliumError(
      'bad-safetensors',
      `${file} has ${size} bytes, more than the ${WEIGHT_BYTES} that an adapter may have`,
    );
  }
  return readFile(path);
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}
