/** Opens files of a folder that was given, of a model or an adapter: those alone that lie on a disk, so that a pipe or a device in their place never holds up the program. */
import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { badConfiguration, type RefuseFile } from './configuration.js';

/**
 * @returns a handle for reading, the caller's to close; undefined where there is no such file
 * @throws ConsiliumError, 'bad-backbone' unless `refuse` makes another, when the file cannot be read or is no file but a folder,
 *   pipe, socket or device
 */
export async function openFile(
  folder: string,
  file: string,
  refuse: RefuseFile = badConfiguration,
): Promise<FileHandle | undefined> {
  const handle = await openAtOnce(join(folder, file)).catch((error: unknown) => {
    if (isMissing(error)) {
      return undefined;
    }
    throw refuse(file, 'cannot be read');
  });
  if (handle !== undefined && !(await handle.stat()).isFile()) {
    await handle.close();
    throw refuse(file, 'is not a file');
  }
  return handle;
}

/**
 * The whole file.
 * @returns undefined where there is no such file
 * @throws ConsiliumError as openFile, and when the file is longer than `mostBytes`
 */
export async function readFileWithin(
  folder: string,
  file: string,
  mostBytes: number,
  refuse: RefuseFile = badConfiguration,
): Promise<Uint8Array | undefined> {
  const handle = await openFile(folder, file, refuse);
  if (handle === undefined) {
    return undefined;
  }
  try {
    const { size } = await handle.stat();
    if (size > mostBytes) {
      throw refuse(file, `is ${size} bytes long, more than the ${mostBytes} allowed`);
    }
    const bytes = new Uint8Array(size);
    const { bytesRead } = await handle.read(bytes, 0, size, 0);
    return bytes.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** Without waiting for the other end of a pipe. */
function openAtOnce(path: string): Promise<FileHandle> {
  return open(path, constants.O_RDONLY | constants.O_NONBLOCK);
}

function isMissing(error: unknown): boolean {
  return typeof error === 'object' && error !== null && Reflect.get(error, 'code') === 'ENOENT';
}
