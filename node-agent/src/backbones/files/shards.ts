/** Weights in several files: `model.safetensors.index.json` says which file holds which tensor (transformers, save_pretrained). */
import { z } from 'zod';
import { LIMITS } from '@consilium/shared/vocabulary';
import { badConfiguration, parseConfiguration } from './configuration.js';
import { readJsonFile } from './model-files.js';
import { readHeader, type StoredTensor } from './safetensors-file.js';

export const INDEX_FILE = 'model.safetensors.index.json';

const indexSchema = z.looseObject({
  weight_map: z.record(
    z.string(),
    z.string().regex(/^[\w][\w.-]{0,200}\.safetensors$/, 'expected the name of a safetensors file'),
  ),
});

/**
 * Every tensor of all shards, shard by shard, from their headers.
 * @param files names of the files in the folder
 * @throws ConsiliumError 'bad-backbone' when the index is broken or says something else than the shards
 */
export async function readShards(
  folder: string,
  files: readonly string[],
): Promise<StoredTensor[]> {
  const index = await readJsonFile(folder, INDEX_FILE, LIMITS.safetensorsHeaderBytes);
  const { weight_map: fileOf } = parseConfiguration(INDEX_FILE, index, indexSchema);
  const shards = [...new Set(Object.values(fileOf))].sort();
  const missing = shards.find((shard) => !files.includes(shard));
  if (missing !== undefined) {
    throw badConfiguration(INDEX_FILE, `names ${missing}, which is not in the folder`);
  }
  const stored: StoredTensor[] = [];
  for (const shard of shards) {
    stored.push(...(await readHeader(folder, shard)));
  }
  requireIndexed(fileOf, stored);
  return stored;
}

function requireIndexed(
  fileOf: Readonly<Record<string, string>>,
  stored: readonly StoredTensor[],
): void {
  const found = new Map<string, string>();
  for (const { name, file } of stored) {
    const before = found.get(name);
    if (before !== undefined) {
      throw badConfiguration(INDEX_FILE, `tensor ${name} lies in both ${before} and ${file}`);
    }
    found.set(name, file);
  }
  for (const [name, file] of Object.entries(fileOf)) {
    if (found.get(name) !== file) {
      throw badConfiguration(INDEX_FILE, `says that ${file} holds ${name}, which it does not`);
    }
  }
  const unnamed = stored.find(({ name }) => !Object.hasOwn(fileOf, name));
  if (unnamed !== undefined) {
    throw badConfiguration(
      INDEX_FILE,
      `does not name ${unnamed.name}, which ${unnamed.file} holds`,
    );
  }
}
