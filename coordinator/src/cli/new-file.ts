/** Writes what arrives to a file that does not exist yet; after a failure there is none. */
import { open, rm } from 'node:fs/promises';
import { toFileError } from '../config/file-error.js';

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
