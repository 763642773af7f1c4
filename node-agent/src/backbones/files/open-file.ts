/** Opens files of a model folder: those alone that lie on a disk, so that a pipe or a device in their place never holds up the program. */
import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { badConfiguration } from './configuration.js';

/**
 * @returns a handle for reading, the caller's to close; undefined where there is no such file
 * @throws ConsiliumError 'bad-backbone' naming the file when it cannot be read or is no file but a folder, pipe or device
 */
export async function openFile(folder: string, file: string): Promise<FileHandle | undefined> {
  const handle = await openAtOnce(join(folder, file)).catch((error: unknown) => {
    if (isMissing(error)) {
      return undefined;
    }
    throw badConfiguration(file, 'cannot be read');
  });
  if (handle !== undefined && !(await handle.stat()).isFile()) {
    await handle.close();
    throw badConfiguration(file, 'is not a file');
  }
  return handle;
}

/** Without waiting for the other end of a pipe. */
function openAtOnce(path: string): Promise<FileHandle> {
  return open(path, constants.O_RDONLY | constants.O_NONBLOCK);
}

function isMissing(error: unknown): boolean {
  return typeof error === 'object' && error !== null && Reflect.get(error, 'code') === 'ENOENT';
}
