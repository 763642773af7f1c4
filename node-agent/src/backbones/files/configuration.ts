/** Faults of the JSON files of a model folder, said with the file's name, and the check of a parsed file against a schema. */
import type { z } from 'zod';
import { ConsiliumError } from '@consilium/shared/vocabulary';

const MOST_NAMED = 8;

/**
 * @param file its name, for the message
 * @param value the parsed file; undefined where the folder has none
 * @throws ConsiliumError 'bad-backbone' when the file is not there or breaks the schema, naming the keys at fault
 */
export function parseConfiguration<T extends z.ZodType>(
  file: string,
  value: unknown,
  schema: T,
): z.output<T> {
  if (value === undefined) {
    throw badConfiguration(file, 'is missing');
  }
  const result = schema.safeParse(value);
  if (!result.success) {
    const faults = result.error.issues.map(({ path, message }) =>
      path.length === 0 ? message : `${path.join('.')}: ${message}`,
    );
    const more = faults.length > MOST_NAMED ? `; and ${faults.length - MOST_NAMED} more` : '';
    throw badConfiguration(file, `${faults.slice(0, MOST_NAMED).join('; ')}${more}`);
  }
  return result.data;
}

/** Makes the error about a file that was given: its name, and what is wrong with it. */
export type RefuseFile = (file: string, fault: string) => ConsiliumError;

export function badConfiguration(file: string, fault: string): ConsiliumError {
  return new ConsiliumError('bad-backbone', `backbone: ${file}: ${fault}`);
}
