/** The encrypted or masked update as it lies on disk: chunk by chunk, the same bytes at every reading. */
import { open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { updateChunks, type UpdateHeader } from '@consilium/shared/protocol';
import { ConsiliumError, LIMITS } from '@consilium/shared/vocabulary';
import { diskError, PRIVATE_FILE, syncFolder } from '../config/durable-file.js';

export function updateFile(attemptFolder: string): string {
  return join(attemptFolder, 'update.bin');
}

/**
 * Writes the update, its chunks one after another, into a folder that exists. When it resolves, the file and its name would survive a power
 * cut. A part may stand there after a crash: nothing reads the file before the journal names it, and it is written anew then.
 * @throws ConsiliumError 'disk-full'
 */
export async function writeUpdate(path: string, chunks: readonly Uint8Array[]): Promise<void> {
  const folder = dirname(path);
  try {
    const handle = await open(path, 'w', PRIVATE_FILE);
    try {
      for (const chunk of chunks) {
        await handle.writeFile(chunk);
      }
      await Promise.all([handle.sync(), syncFolder(folder)]);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw diskError(error, folder);
  }
}

/** @param header of the update that stands there. @throws ConsiliumError 'bad-chunk' when the file is shorter than it should be */
export async function readUpdateChunk(
  path: string,
  header: Pick<UpdateHeader, 'payload' | 'plaintextBytes'>,
  index: number,
): Promise<Uint8Array> {
  const size = updateChunks(header).sizes[index] ?? 0;
  const chunk = new Uint8Array(size);
  const handle = await open(path, 'r');
  try {
    const { bytesRead } = await handle.read(chunk, 0, size, index * LIMITS.chunkBytes);
    if (size === 0 || bytesRead !== size) {
      throw new ConsiliumError('bad-chunk', `chunk ${index} is not in the update on disk`);
    }
    return chunk;
  } finally {
    await handle.close();
  }
}
