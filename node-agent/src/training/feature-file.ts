/** The file of features that other programs read: one float32 tensor, a feature a row, and what it was made of beside it. */
import { open, rename, rm } from 'node:fs/promises';
import { safetensorsHead } from '@consilium/shared/tensors';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import type { FeatureRows } from './feature-rows.js';

const ROWS_AT_ONCE = 256;

export interface FeatureFile {
  readonly path: string;
  readonly featureSize: number;
  /** Of labels.csv, in its order: those that are written. */
  readonly rows: readonly { readonly at: number; readonly file: string }[];
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Tensor `features` [rows, featureSize]; metadata `files` is the JSON list of the rows' names in labels.csv.
 * @throws ConsiliumError 'disk-full'
 */
export async function writeFeatureFile(
  { path, featureSize, rows, metadata }: FeatureFile,
  features: FeatureRows,
): Promise<void> {
  const draft = `${path}.draft`;
  const files = JSON.stringify(rows.map(({ file }) => file));
  try {
    const out = await open(draft, 'w', 0o600);
    try {
      const tensor = { name: 'features', shape: [rows.length, featureSize] };
      await out.writeFile(safetensorsHead([tensor], { ...metadata, files }));
      for (let from = 0; from < rows.length; from += ROWS_AT_ONCE) {
        const some = rows.slice(from, from + ROWS_AT_ONCE);
        const read = await Promise.all(some.map(({ at }) => features.read(at)));
        await out.writeFile(Buffer.concat(read.map(({ feature }) => feature)));
      }
      await out.sync();
    } finally {
      await out.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw (error as NodeJS.ErrnoException).code === 'ENOSPC'
      ? new ConsiliumError('disk-full', 'no space is left for the features', { cause: error })
      : error;
  }
}
