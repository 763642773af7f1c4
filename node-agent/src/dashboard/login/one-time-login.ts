/**
 * A code that sets the password of the agent page, once. It is printed on the terminal of whoever may read the home folder; the
 * folder keeps its hash, so that an agent that runs already accepts a code which a command made. 100 random bits: nothing to guess.
 */
import { createHash, randomInt, timingSafeEqual } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { parseJson } from '@consilium/shared/encoding';
import { countSchema } from '@consilium/shared/protocol';
import { systemCode, writeDurably } from '../../config/durable-file.js';
import type { Home } from '../../config/home.js';

/** Crockford's base 32: no letter that is taken for a digit. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const GROUPS = 4;
const GROUP_LENGTH = 5;
const VALID_MS = 3_600_000;
export const ONE_TIME_MINUTES = VALID_MS / 60_000;

const fileSchema = z.strictObject({ v: z.literal(1), hash: z.base64(), untilMs: countSchema });

/** Takes the place of an earlier code. @param nowMs of the wall clock. @returns such as `7Q2MC-…`, valid for an hour */
export async function makeOneTimeLogin(home: Home, nowMs: number): Promise<string> {
  const code = Array.from({ length: GROUPS }, () =>
    Array.from({ length: GROUP_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join(''),
  ).join('-');
  const file = { v: 1, hash: hashOf(code).toString('base64'), untilMs: nowMs + VALID_MS };
  await writeDurably(fileOf(home), `${JSON.stringify(file)}\n`);
  return code;
}

/** Whether it is the code that was made last, in time; the caller uses it up once what it is for is done. */
export async function isOneTimeLogin(home: Home, code: string, nowMs: number): Promise<boolean> {
  let text: string;
  try {
    text = await readFile(fileOf(home), 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') {
      return false;
    }
    throw error;
  }
  const { hash, untilMs } = fileSchema.parse(parseJson(text));
  const expected = Buffer.from(hash, 'base64');
  return nowMs <= untilMs && timingSafeEqual(hashOf(code), expected);
}

export async function useUpOneTimeLogin(home: Home): Promise<void> {
  await rm(fileOf(home), { force: true });
}

/** Spaces, hyphens and small letters do not matter. */
function hashOf(code: string): Buffer {
  return createHash('sha256').update(code.toUpperCase().replace(/[\s-]/g, '')).digest();
}

function fileOf({ pageFolder }: Home): string {
  return join(pageFolder, 'one-time-login.json');
}
