/** How secrets get in and out of commands: from a terminal that shows nothing, and through files of their owner alone. */
import { open, readFile, rm } from 'node:fs/promises';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { requireConsent } from '@consilium/shared/command-line';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import { toFileError } from '../config/file-error.js';

/** A password's file, or the terminal if there is one. @returns undefined where there is neither. */
export async function readPassword(
  file: string | undefined,
  prompt: string,
  { canAsk }: { readonly canAsk?: boolean },
): Promise<string | undefined> {
  if (file !== undefined) {
    return readSecretLine(file);
  }
  return canAsk === true ? askSecret(prompt) : undefined;
}

/**
 * For what cannot be undone.
 * @throws ConsiliumError 'bad-request' where nobody is there to be asked and --yes was not given, or the answer is no
 */
export function confirm(
  what: string,
  yes: boolean | undefined,
  { canAsk }: { readonly canAsk?: boolean },
): Promise<void> {
  const ask = canAsk === true ? { ask: askLine } : {};
  return requireConsent({ what, yes: yes === true, ...ask });
}

async function askLine(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await lines.question(question);
  } finally {
    lines.close();
  }
}

/** @throws ConsiliumError 'bad-request' when the file cannot be read or is empty. */
export async function readSecretLine(file: string): Promise<string> {
  let line: string;
  try {
    line = (await readFile(file, 'utf8')).replace(/\r?\n$/, '');
  } catch (cause) {
    throw new ConsiliumError('bad-request', `${file} cannot be read`, { cause });
  }
  if (line === '') {
    throw new ConsiliumError('bad-request', `${file} is empty`);
  }
  return line;
}

/** Asks on the terminal; what is typed is not shown. */
async function askSecret(prompt: string): Promise<string> {
  process.stderr.write(prompt);
  const silent = new Writable({
    write: (_chunk, _encoding, done) => {
      done();
    },
  });
  const lines = createInterface({ input: process.stdin, output: silent, terminal: true });
  try {
    return await lines.question('');
  } finally {
    lines.close();
    process.stderr.write('\n');
  }
}

/** A file that the group or others may read would make a secret of nobody's. */
const OWNER_ONLY = 0o600;

/** A new file for a secret that is about to exist, made before it: nothing is lost when the file cannot be written. */
export interface SecretFile {
  write(line: string): Promise<void>;
  /** Removes the file again. */
  discard(): Promise<void>;
}

/** @throws ConsiliumError 'conflict' when the file exists, 'bad-request' where none can be made. */
export async function newSecretFile(path: string): Promise<SecretFile> {
  const file = await open(path, 'wx', OWNER_ONLY).catch((cause: unknown) => {
    throw toFileError(path, cause);
  });
  return {
    write: async (line) => {
      await file.writeFile(`${line}\n`);
      await file.close();
    },
    discard: async () => {
      await file.close();
      await rm(path, { force: true });
    },
  };
}

/** Hands the secret that `make` gives to a new file. After a failure there is no file. */
export async function intoSecretFile<T>(
  path: string,
  make: () => Promise<{ readonly secret: string; readonly answer: T }>,
): Promise<T> {
  const file = await newSecretFile(path);
  try {
    const { secret, answer } = await make();
    await file.write(secret);
    return answer;
  } catch (error) {
    await file.discard();
    throw error;
  }
}
