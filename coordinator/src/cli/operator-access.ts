/** The options that every command shares: where the coordinator is, and who asks. */
import { readFile } from 'node:fs/promises';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import type { Command } from 'commander';
import { Api } from './api.js';
import type { Terminal } from './terminal.js';

export interface SharedOptions {
  readonly url: string;
  readonly tokenFile?: string;
  readonly json?: true;
}

const VISIBLE = /^[\x21-\x7e]{1,512}$/;

/** @throws ConsiliumError 'bad-request' when the token file is missing or holds no token. */
export async function openApi(command: Command, { signal }: Terminal): Promise<Api> {
  const { url, tokenFile } = command.optsWithGlobals<SharedOptions>();
  if (tokenFile === undefined) {
    const message = 'an operator proves who it is: add --token-file with the file of the token';
    throw new ConsiliumError('bad-request', message);
  }
  const token = (await readInput(tokenFile)).trim();
  if (!VISIBLE.test(token)) {
    throw new ConsiliumError('bad-request', `${tokenFile}: expected a token on one line`);
  }
  return new Api({ url, token, signal });
}

/** For the few questions that are open to everybody. */
export function openApiWithout(command: Command, { signal }: Terminal): Api {
  const { url } = command.optsWithGlobals<SharedOptions>();
  return new Api({ url, signal });
}

/** A file that the operator named, as text. @throws ConsiliumError 'bad-request' when it cannot be read. */
export async function readInput(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new ConsiliumError('bad-request', `${file} cannot be read`, { cause });
  }
}
