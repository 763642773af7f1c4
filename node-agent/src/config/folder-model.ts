/**
 * Which model of the catalogue a folder says that it holds: the libraries write the name of the repository into config.json, and
 * people keep it in the path. A hint that anybody can remove, so it serves to ask for more and never to allow anything.
 */
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { modelOfRepository } from '@consilium/shared/catalogue';
import { parseJson } from '@consilium/shared/encoding';
import { isConsiliumError } from '@consilium/shared/vocabulary';
import { systemCode } from './durable-file.js';

const MOST_BYTES = 1024 * 1024;

export interface FolderNames {
  /** What the files and the path call the model. */
  readonly names: readonly string[];
  /** `model_type` of config.json. */
  readonly modelType: string | undefined;
}

/** What is no configuration file counts as absent. */
export async function readFolderNames(folder: string): Promise<FolderNames> {
  const config = await readConfig(folder);
  const modelType = isRecord(config) ? config.model_type : undefined;
  return {
    names: [...namesIn(config), folder, ...cacheNames(folder)],
    modelType: typeof modelType === 'string' ? modelType : undefined,
  };
}

/** The id of the model, or undefined where nothing names one of the catalogue. */
export async function readFolderModel(folder: string): Promise<string | undefined> {
  const { names } = await readFolderNames(folder);
  return names.map((name) => modelOfRepository(name)?.id).find((id) => id !== undefined);
}

/** Names of the model in a parsed config.json: its own, that of a part, and what timm writes. */
function namesIn(config: unknown): string[] {
  if (!isRecord(config)) {
    return [];
  }
  const {
    _name_or_path: own,
    hf_hub_id: hub,
    pretrained_cfg: timm,
    vision_config: vision,
  } = config;
  const strings = [own, hub].filter((name) => typeof name === 'string');
  return [...strings, ...namesIn(timm), ...namesIn(vision)];
}

/** The Hub's own cache has a folder `models--owner--name` above the files. */
function cacheNames(folder: string): string[] {
  return folder
    .split(sep)
    .filter((part) => part.startsWith('models--'))
    .map((part) => part.slice('models--'.length).replace('--', '/'));
}

async function readConfig(folder: string): Promise<unknown> {
  try {
    // Not waiting for the other end of a pipe.
    const flags = constants.O_RDONLY | constants.O_NONBLOCK;
    const file = await open(join(folder, 'config.json'), flags);
    try {
      const found = await file.stat();
      return !found.isFile() || found.size > MOST_BYTES
        ? undefined
        : parseJson((await file.readFile()).toString('utf8'), { maxBytes: MOST_BYTES });
    } finally {
      await file.close();
    }
  } catch (error) {
    // Whoever opens the folder as a backbone says what is wrong with it; here it names no model.
    if (systemCode(error) !== undefined || isConsiliumError(error)) {
      return undefined;
    }
    throw error;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
