/** Reads what the command line names; whatever is wrong with it is a bad request that says which argument. */
import { readFile } from 'node:fs/promises';
import type { z } from 'zod';
import { parseJson } from '@consilium/shared/encoding';
import { signedSchema, studyProtocolSchema, type StudyProtocol } from '@consilium/shared/protocol';
import { ConsiliumError, LIMITS } from '@consilium/shared/vocabulary';
import { systemCode } from '../config/durable-file.js';
import { homeAt, type Home } from '../config/home.js';
import type { CliTools } from './cli-tools.js';

/** @throws ConsiliumError 'bad-request' */
export function requireArgument<T>(schema: z.ZodType<T>, value: unknown, name: string): T {
  const result = schema.safeParse(value);
  if (!result.success) {
    throw new ConsiliumError(
      'bad-request',
      `${name} ${result.error.issues[0]?.message ?? 'is wrong'}`,
    );
  }
  return result.data;
}

/** @throws ConsiliumError 'not-found' */
export async function readArgumentFile<T>(
  path: string,
  read: (path: string) => Promise<T>,
): Promise<T> {
  try {
    return await read(path);
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'EISDIR') {
      throw new ConsiliumError('not-found', `${path} is no file`);
    }
    throw error;
  }
}

/** The home folder from --home or CONSILIUM_AGENT_HOME. @throws ConsiliumError 'bad-request' */
export function requireHome(home: string | undefined, { environment }: CliTools): Home {
  const folder = home ?? environment().home;
  if (folder === undefined) {
    throw new ConsiliumError('bad-request', 'name the home folder: --home or CONSILIUM_AGENT_HOME');
  }
  return homeAt(folder);
}

/** A study protocol in JSON, alone or signed as the coordinator offers it. @throws ConsiliumError 'bad-study-file' */
export async function readProtocolFile(path: string): Promise<StudyProtocol> {
  const text = await readArgumentFile(path, (name) => readFile(name, 'utf8'));
  const json = parseJson(text, { maxBytes: LIMITS.studyFileBytes });
  const signed = signedSchema(studyProtocolSchema).safeParse(json);
  const result = signed.success
    ? { success: true as const, data: signed.data.body }
    : studyProtocolSchema.safeParse(json);
  if (!result.success) {
    const faults = result.error.issues.map(
      ({ path: at, message }) => `${at.join('.')}: ${message}`,
    );
    throw new ConsiliumError('bad-study-file', `${path}: ${faults.slice(0, 10).join('; ')}`);
  }
  return result.data;
}

/** A whole number from 1 to `most`. @throws ConsiliumError 'bad-request' */
export function requireCount(text: string, name: string, most = Number.MAX_SAFE_INTEGER): number {
  const count = Number(text);
  if (!Number.isSafeInteger(count) || count < 1 || count > most) {
    const range = most === Number.MAX_SAFE_INTEGER ? 'of at least 1' : `from 1 to ${most}`;
    throw new ConsiliumError('bad-request', `${name} must be a whole number ${range}`);
  }
  return count;
}
