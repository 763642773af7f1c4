/** Reads the JSON files beside a backbone's weights. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { parseJson } from '@consilium/shared/encoding';
import { ConsiliumError } from '@consilium/shared/vocabulary';

const LIMITS = { maxDepth: 16, maxBytes: 1024 * 1024 };

/** @throws ConsiliumError 'bad-backbone' when the file is missing, not JSON or breaks the schema, naming every fault */
export async function readConfigurationFile<T extends z.ZodType>(
  folder: string,
  name: string,
  schema: T,
): Promise<z.output<T>> {
  const text = await readFile(join(folder, name), 'utf8').catch(() => {
    throw badConfiguration(name, 'is missing or cannot be read');
  });
  const result = schema.safeParse(parse(name, text));
  if (!result.success) {
    const faults = result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw badConfiguration(name, faults.join('; '));
  }
  return result.data;
}

export function badConfiguration(name: string, fault: string): ConsiliumError {
  return new ConsiliumError('bad-backbone', `backbone: ${name}: ${fault}`);
}

function parse(name: string, text: string): unknown {
  try {
    return parseJson(text, LIMITS);
  } catch (error) {
    throw new ConsiliumError('bad-backbone', `backbone: ${name} is not JSON`, { cause: error });
  }
}
