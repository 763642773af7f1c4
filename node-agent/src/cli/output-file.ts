/** Where a command shall write: checked before the work begins, so that hours of it are not lost at the end. */
import { constants } from 'node:fs';
import { access, lstat, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ConsiliumError } from '@consilium/shared/vocabulary';

/**
 * @param path absolute
 * @throws ConsiliumError 'bad-request' when no file can be written there, 'conflict' when there is one already
 */
export async function requireOutputFile(path: string): Promise<void> {
  const folder = dirname(path);
  if (!(await isFolder(folder))) {
    throw refused(`${folder} is no folder: make it, or name another place`);
  }
  if (await isFolder(path)) {
    throw refused(`${path} is a folder: name a file in it`);
  }
  if (await exists(path)) {
    throw new ConsiliumError(
      'conflict',
      `--out: ${path} exists, and what is there is not overwritten: delete it, or name another file`,
    );
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

/** A link to nothing exists too. */
function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
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
