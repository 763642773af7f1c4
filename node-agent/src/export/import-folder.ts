/** Imports a folder that PEFT wrote as the adapter of a study. */
import { readdir } from 'node:fs/promises';
import { readSafetensors, type TensorSet } from '@consilium/shared/tensors';
import { ConsiliumError, LIMITS } from '@consilium/shared/vocabulary';
import { readJsonFile } from '../backbones/files/model-files.js';
import { readFileWithin } from '../backbones/files/open-file.js';
import { readBackbone } from '../backbones/read-backbone.js';
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
  const json = await readJsonFile(folder, CONFIG_FILE, CONFIG_BYTES, badConfig);
  if (json === undefined) {
    throw new ConsiliumError('not-found', `${folder} has no ${CONFIG_FILE}: not a folder of PEFT`);
  }
  const description = describePeftConfig(json);
  const bytes = await readFileWithin(folder, WEIGHTS_FILE, WEIGHT_BYTES, badAdapter);
  if (bytes === undefined) {
    const isPickle = (await readdir(folder)).includes(PICKLE);
    throw new ConsiliumError(
      'not-found',
      isPickle
        ? `${folder} holds ${PICKLE}, a pickle, which can run code and is not read: save the adapter again with a recent PEFT, which writes ${WEIGHTS_FILE}`
        : `${folder} has no ${WEIGHTS_FILE}`,
    );
  }
  const head = await readFileWithin(folder, HEAD_FILE, WEIGHT_BYTES, badAdapter);
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

function badConfig(file: string, fault: string): ConsiliumError {
  return new ConsiliumError('bad-request', `${file}: ${fault}`);
}

function badAdapter(file: string, fault: string): ConsiliumError {
  return new ConsiliumError('bad-safetensors', `${file} ${fault}`);
}
