/** Writes what arrives to a file that does not exist yet; after a failure there is none. */
import { open, rm } from 'node:fs/promises';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import { errorCode } from '../config/error-code.js';

/** @throws ConsiliumError 'conflict' when the file exists, 'bad-request' where none can be made, 'disk-full'. */
export async function writeNewFile(
  path: string,
  parts: () => AsyncIterable<Uint8Array>,
): Promise<void> {
  const file = await open(path, 'wx').catch((cause: unknown) => {
    throw toFileError(path, cause);
  });
  try {
    for await (const part of parts()) {
      await file.writeFile(part);
    }
  } catch (error) {
    await rm(path, { force: true });
    throw toFileError(path, error);
  } finally {
    await file.close();
  }
}

/** What the file system says, in words; every other error as it is. */
export function toFileError(path: string, error: unknown): unknown {
  switch (errorCode(error)) {
    case 'EEXIST':
      return new ConsiliumError('conflict', `${path} exists: name another place`);
    case 'ENOENT':
    case 'ENOTDIR':
    case 'EISDIR':
    case 'EACCES':
    case 'EROFS':
      return new ConsiliumError('bad-request', `${path} cannot be written`, { cause: error });
    case 'ENOSPC':
    case 'EDQUOT':
      return new ConsiliumError('disk-full', `the disk of ${path} is full`, { cause: error });
    default:
      return error;
  }
}
