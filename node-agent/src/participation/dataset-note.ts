/** What the last check of a study's data set found, and which engine computes: counts, row numbers and rules, in a file of this site. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { parseJson } from '@consilium/shared/encoding';
import { countSchema } from '@consilium/shared/protocol';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import { systemCode, writeDurably } from '../config/durable-file.js';
import { datasetReportSchema, engineSchema } from '../trainer-link/messages.js';

const noteSchema = z.strictObject({
  v: z.literal(1),
  checkedAtMs: countSchema,
  report: datasetReportSchema,
  /** Absent where the trainer refused the data set. */
  engine: engineSchema.optional(),
});
export type DatasetNote = z.infer<typeof noteSchema>;

/** @throws ConsiliumError 'disk-full' */
export async function writeDatasetNote(path: string, note: DatasetNote): Promise<void> {
  await writeDurably(path, `${JSON.stringify(note)}\n`);
}

/** @returns undefined before the first check. @throws ConsiliumError 'bad-encoding' */
export async function readDatasetNote(path: string): Promise<DatasetNote | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
  const result = noteSchema.safeParse(parseJson(text));
  if (!result.success) {
    throw new ConsiliumError('bad-encoding', `${path} is no check of a data set`);
  }
  return result.data;
}
