/** The JSON files of a model folder: what the libraries write beside the weights. */
import { parseJson } from '@consilium/shared/encoding';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import type { ModelFiles } from '../layouts/layout.js';
import { badConfiguration, type RefuseFile } from './configuration.js';
import { readFileWithin } from './open-file.js';

/** Names of the files, as messages call them. */
export const CONFIG_FILE = 'config.json';
export const PREPROCESSOR_FILE = 'preprocessor_config.json';
export const PROCESSOR_FILE = 'processor_config.json';
export const OPEN_CLIP_FILE = 'open_clip_config.json';

/** The JSON files, parsed; a file that is not there is undefined. Nothing of their content has been checked. */
export interface ModelDocuments extends ModelFiles {
  /** preprocessor_config.json: the image processor of transformers. */
  readonly preprocessorConfig?: unknown;
  /** processor_config.json: where transformers 5 keeps the image processor of models that also read text or prompts. */
  readonly processorConfig?: unknown;
}

/** Far above any configuration: those of models with a thousand labels take 80 KB. */
const MOST_BYTES = 1024 * 1024;
const MOST_DEPTH = 16;

/** @throws ConsiliumError 'bad-backbone' naming a file that is too long, not UTF-8 or not JSON */
export async function readModelDocuments(folder: string): Promise<ModelDocuments> {
  return {
    config: await readJsonFile(folder, CONFIG_FILE, MOST_BYTES),
    preprocessorConfig: await readJsonFile(folder, PREPROCESSOR_FILE, MOST_BYTES),
    processorConfig: await readJsonFile(folder, PROCESSOR_FILE, MOST_BYTES),
    openClipConfig: await readJsonFile(folder, OPEN_CLIP_FILE, MOST_BYTES),
  };
}

/**
 * @returns undefined where there is no such file
 * @throws ConsiliumError, 'bad-backbone' unless `refuse` makes another, when the file is longer than `mostBytes`, not UTF-8 or
 *   not JSON
 */
export async function readJsonFile(
  folder: string,
  file: string,
  mostBytes: number,
  refuse: RefuseFile = badConfiguration,
): Promise<unknown> {
  const bytes = await readFileWithin(folder, file, mostBytes, refuse);
  if (bytes === undefined) {
    return undefined;
  }
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return parseJson(text, { maxDepth: MOST_DEPTH, maxBytes: mostBytes });
  } catch (error) {
    const reason = error instanceof ConsiliumError ? error.message : 'not UTF-8';
    throw refuse(file, `is not valid JSON: ${reason}`);
  }
}
