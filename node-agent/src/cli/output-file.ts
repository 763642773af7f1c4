/** Where a command shall write: checked before the work begins, so that hours of it are not lost at the end. */
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ConsiliumError } from '@consilium/shared/vocabulary';

/** @throws ConsiliumError 'bad-request' when no file can be written at the absolute path */
export async function requireOutputFile(path: string): Promise<void> {
  const folder = dirname(path);
  if (!(await isFolder(folder))) {
    throw refused(`${folder} is no folder: make it, or name another place`);
  }
  if (await isFolder(path)) {
    throw refused(`${path} is a folder: name a file in it`);
  }
  if (!(await isWritable(folder))) {
    throw refused(`nothing can be written to ${folder}: name another place`);
  }
}

function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

function isWritable(folder: string): Promise<boolean> {
  return access(folder, constants.W_OK).then(
    () => true,
    () => false,
  );
}

function refused(fault: string): ConsiliumError {
  return new ConsiliumError('bad-request', `--out: ${fault}`);
}
