/** The leaves of a bundle, in the order of the log. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BUNDLE_PATHS, bundleLogSchema, type Leaf, leafSchema } from '@consilium/shared/protocol';

export async function readLeaves(bundle: string): Promise<Leaf[]> {
  const text = await readFile(join(bundle, BUNDLE_PATHS.log), 'utf8');
  const { leaves } = bundleLogSchema.parse(JSON.parse(text));
  return leaves.map(({ leaf }) => leafSchema.parse(JSON.parse(leaf)));
}

export async function leafTypes(bundle: string): Promise<string[]> {
  return (await readLeaves(bundle)).map(({ type }) => type);
}
