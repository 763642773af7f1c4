/** The files that `network:` of agent.yaml names. What they hold never reaches a message. */
import { X509Certificate } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import { systemCode } from '../config/durable-file.js';

const GROUP_AND_OTHERS = 0o077;
const OTHERS = 0o007;

/** Certificates in PEM. @throws ConsiliumError 'bad-configuration' */
export async function readPublicFile(setting: string, file: string): Promise<string> {
  const text = await textOf(setting, file);
  try {
    new X509Certificate(text);
  } catch (cause) {
    throw refuse(setting, `${file} holds no certificate in PEM`, cause);
  }
  return text;
}

/** @throws ConsiliumError 'bad-configuration', also where other accounts may read the file */
export async function readSecretText(
  setting: string,
  file: string,
  groupReadable = false,
): Promise<string> {
  const text = await textOf(setting, file);
  const { mode } = await stat(file);
  if ((mode & (groupReadable ? OTHERS : GROUP_AND_OTHERS)) !== 0) {
    const shown = (mode & 0o777).toString(8).padStart(4, '0');
    throw refuse(
      setting,
      `${file} has mode ${shown}: others may read this secret; run chmod 600 on it`,
    );
  }
  return text;
}

/** The first line. @throws ConsiliumError 'bad-configuration' */
export async function readSecretLine(
  setting: string,
  file: string,
  groupReadable = false,
): Promise<string> {
  const line = (await readSecretText(setting, file, groupReadable)).trim();
  if (line === '' || line.includes('\n')) {
    throw refuse(setting, `${file} must hold one line`);
  }
  return line;
}

async function textOf(setting: string, file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw refuse(setting, `${file} cannot be read (${systemCode(cause) ?? 'unknown'})`, cause);
  }
}

function refuse(setting: string, reason: string, cause?: unknown): ConsiliumError {
  return new ConsiliumError('bad-configuration', `${setting}: ${reason}`, { cause });
}
