/** Where the page of a running agent is served: in a file of the home folder, since the port may be any free one. */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode, writeDurably } from '../config/durable-file.js';
import type { Home } from '../config/home.js';

export async function writePageAddress(home: Home, url: string): Promise<void> {
  await writeDurably(fileOf(home), `${url}\n`);
}

export async function removePageAddress(home: Home): Promise<void> {
  await rm(fileOf(home), { force: true });
}

/** Undefined where no agent serves it. After a crash of the agent it may name a page that is gone. */
export async function readPageAddress(home: Home): Promise<string | undefined> {
  try {
    return (await readFile(fileOf(home), 'utf8')).trim();
  } catch (error) {
    if (systemCode(error) === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}

function fileOf({ pageFolder }: Home): string {
  return join(pageFolder, 'address');
}
