/**
 * The password of the agent page: scrypt (RFC 7914) with N = 2^15, r = 8, p = 3, which the OWASP Password Storage Cheat Sheet lists
 * as an equal of N = 2^17, p = 1 in a quarter of its memory (32 MiB). A random salt; compared in constant time.
 */
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { parseJson } from '@consilium/shared/encoding';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import { systemCode, writeDurably } from '../../config/durable-file.js';
import type { Home } from '../../config/home.js';

const SALT_BYTES = 16;
const HASH_BYTES = 32;
const COST = { N: 2 ** 15, r: 8, p: 3, maxmem: 64 * 1024 * 1024 };
export const SHORTEST_PASSWORD = 12;
const LONGEST_PASSWORD = 256;

const fileSchema = z.strictObject({
  v: z.literal(1),
  kdf: z.literal('scrypt-32768-8-3'),
  salt: z.base64(),
  hash: z.base64(),
});

/** Whether somebody has set one. */
export async function hasPassword(home: Home): Promise<boolean> {
  return (await readLogin(home)) !== undefined;
}

/** @throws ConsiliumError 'bad-request' for one of less than 12 characters (NIST SP 800-63B 5.1.1.2: length is what counts) */
export async function setPassword(home: Home, password: string): Promise<void> {
  const { length } = [...password];
  if (length < SHORTEST_PASSWORD || length > LONGEST_PASSWORD) {
    throw new ConsiliumError(
      'bad-request',
      `the password must have ${SHORTEST_PASSWORD} to ${LONGEST_PASSWORD} characters, it has ${length}`,
    );
  }
  const salt = randomBytes(SALT_BYTES);
  const hash = await derive(password, salt);
  const file = {
    v: 1,
    kdf: 'scrypt-32768-8-3',
    salt: text(salt),
    hash: text(hash),
  } satisfies z.input<typeof fileSchema>;
  await writeDurably(fileOf(home), `${JSON.stringify(file)}\n`);
}

/** False where none is set. @throws ConsiliumError 'bad-encoding' for a file that has been altered */
export async function isPassword(home: Home, password: string): Promise<boolean> {
  const login = await readLogin(home);
  if (login === undefined || [...password].length > LONGEST_PASSWORD) {
    return false;
  }
  const hash = await derive(password, Buffer.from(login.salt, 'base64'));
  return timingSafeEqual(hash, Buffer.from(login.hash, 'base64'));
}

async function readLogin(home: Home): Promise<z.infer<typeof fileSchema> | undefined> {
  let written: string;
  try {
    written = await readFile(fileOf(home), 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
  const result = fileSchema.safeParse(parseJson(written));
  if (!result.success || Buffer.from(result.data.hash, 'base64').length !== HASH_BYTES) {
    throw new ConsiliumError(
      'bad-encoding',
      `${fileOf(home)} holds no login: delete it and set a new one`,
    );
  }
  return result.data;
}

/** The same password typed on two keyboards is the same bytes (NIST SP 800-63B 5.1.1.2, NFKC). */
function derive(password: string, salt: Uint8Array): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, HASH_BYTES, COST, (error, key) => {
      if (error === null) {
        resolve(key);
      } else {
        reject(error);
      }
    });
  });
}

function text(bytes: Buffer): string {
  return bytes.toString('base64');
}

function fileOf({ pageFolder }: Home): string {
  return join(pageFolder, 'login.json');
}
