/** The JSON files of a model folder: what the libraries write beside the weights. */
import { parseJson } from '@consilium/shared/encoding';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import type { ModelFiles } from '../layouts/layout.js';
import { badConfiguration } from './configuration.js';
import { openFile } from './open-file.js';

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
 * @throws ConsiliumError 'bad-backbone' naming the file when it is longer than `mostBytes`, not UTF-8 or not JSON
 */
export async function readJsonFile(
  folder: string,
  file: string,
  mostBytes: number,
): Promise<unknown> {
  const bytes = await readBounded(folder, file, mostBytes);
  if (bytes === undefined) {
    return undefined;
  }
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return parseJson(text, { maxDepth: MOST_DEPTH, maxBytes: mostBytes });
  } catch (cause) {
    const reason = cause instanceof ConsiliumError ? cause.message : 'not UTF-8';
    throw new ConsiliumError('bad-backbone', `backbone: ${file} is not valid JSON: ${reason}`, {
      cause,
    });
  }
}

async function readBounded(
  folder: string,
  file: string,
  mostBytes: number,
): Promise<Uint8Array | undefined> {
  const handle = await openFile(folder, file);
  if (handle === undefined) {
    return undefined;
  }
  try {
    const { size } = await handle.stat();
    if (size > mostBytes) {
      throw badConfiguration(file, `is ${size} bytes long, more than the ${mostBytes} allowed`);
    }
    const bytes = new Uint8Array(size);
    const { bytesRead } = await handle.read(bytes, 0, size, 0);
    return bytes.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}
