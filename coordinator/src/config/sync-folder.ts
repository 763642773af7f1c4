/** The name of a file must survive a power cut too, not only its bytes. */
import { open } from 'node:fs/promises';

/** Returns when the names in a folder are on the disk. @throws Error of the file system */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
