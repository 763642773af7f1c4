/** The encrypted update as it lies on disk: chunk by chunk, the same bytes at every reading. */
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { chunkSizes } from '@consilium/shared/crypto';
import { ConsiliumError, LIMITS } from '@consilium/shared/vocabulary';

export function updateFile(attemptFolder: string): string {
  return join(attemptFolder, 'update.bin');
}

/** @param plaintextBytes as the header says. @throws ConsiliumError 'bad-chunk' when the file is shorter than it should be */
export async function readUpdateChunk(
  path: string,
  plaintextBytes: number,
  index: number,
): Promise<Uint8Array> {
  const size = chunkSizes(plaintextBytes).sizes[index] ?? 0;
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
