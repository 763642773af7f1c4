/**
 * Secrets in files of one line: made with mode 0600, written and synced before they are first used, refused when other
 * accounts of the machine may read them.
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { toHex } from '@consilium/shared/encoding';
import { randomBytes } from '@consilium/shared/crypto';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import { errorCode } from './error-code.js';

const GROUP = 0o070;
const OTHERS = 0o007;

export interface SecretFileRules {
  /** The group may read the file (a Kubernetes secret volume with an fsGroup). */
  readonly groupReadable: boolean;
}

/**
 * @returns the line without its end.
 * @throws ConsiliumError 'bad-configuration' if the file is missing, empty or readable for others.
 */
export function readSecretFile(file: string, rules: SecretFileRules): string {
  const mode = modeOf(file);
  const forbidden = rules.groupReadable ? OTHERS : GROUP | OTHERS;
  if ((mode & forbidden) !== 0) {
    const shown = (mode & 0o777).toString(8).padStart(4, '0');
    throw refuse(`${file} has mode ${shown}: others may read this secret; run chmod 600 on it`);
  }
  const line = readFileSync(file, 'utf8').trim();
  if (line === '') {
    throw refuse(`${file} is empty: restore it from a backup`);
  }
  return line;
}

/**
 * Reads the secret, making it first if there is no such file. Two processes that start at once end up with the same one:
 * `link` lets exactly one of them give the file its name.
 */
export function readOrCreateSecretFile(
  file: string,
  create: () => string,
  rules: SecretFileRules,
): string {
  if (!existsSync(file)) {
    createSecretFile(file, create());
  }
  return readSecretFile(file, rules);
}

function createSecretFile(file: string, line: string): void {
  const folder = dirname(file);
  const draft = `${file}.${toHex(randomBytes(8))}`;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeSynced(draft, `${line}\n`);
    giveName(draft, file);
    syncFolder(folder);
  } catch (cause) {
    const reason = errorCode(cause);
    throw refuse(
      `${file} cannot be written (${reason}): give the coordinator a folder of its own`,
      cause,
    );
  }
}

/** Another process may have been first; then its file is the one that counts. */
function giveName(draft: string, file: string): void {
  try {
    linkSync(draft, file);
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') {
      throw error;
    }
  } finally {
    rmSync(draft, { force: true });
  }
}

function writeSynced(file: string, text: string): void {
  const handle = openSync(file, 'wx', 0o600);
  try {
    writeSync(handle, text);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** The name itself must survive a power cut, not only the bytes. */
function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function modeOf(file: string): number {
  const status = statSync(file, { throwIfNoEntry: false });
  if (status === undefined) {
    throw refuse(`${file} does not exist`);
  }
  return status.mode;
}

function refuse(message: string, cause?: unknown): ConsiliumError {
  return new ConsiliumError('bad-configuration', message, { cause });
}
