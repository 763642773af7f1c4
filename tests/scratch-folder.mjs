/**
 * Where the suites keep their temporary files. Most of them make databases, each commit of which waits for the disk; on a memory
 * file system it waits for nothing, and nothing of what they show depends on a power cut.
 */
import { chmodSync, mkdtempSync, readFileSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MEMORY = '/dev/shm';
/** A run keeps less than a third of it at a time. */
const NEEDED_BYTES = 3 * 1024 ** 3;

/**
 * Makes a folder in memory where the machine has plenty of it, else in the system's temporary folder. Programs that the suites
 * start are told of it by TMPDIR.
 * @returns what removes the folder
 */
export function useScratchFolder() {
  const parent = hasRoomInMemory() ? MEMORY : tmpdir();
  const folder = mkdtempSync(join(parent, 'consilium-test-'));
  // PostgreSQL runs as nobody and has its folder below.
  chmodSync(folder, 0o711);
  process.env.TMPDIR = folder;
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

function hasRoomInMemory() {
  try {
    const isMemory = /^\S+ \/dev\/shm tmpfs (?!\S*noexec)/m.test(
      readFileSync('/proc/mounts', 'utf8'),
    );
    const { bavail, bsize } = statfsSync(MEMORY);
    return isMemory && bavail * bsize >= NEEDED_BYTES && availableBytes() >= 2 * NEEDED_BYTES;
  } catch {
    // Not Linux, or no such folder.
    return false;
  }
}

/** Of the machine; a container may be allowed less. */
function availableBytes() {
  const kibibytes = /^MemAvailable:\s+(\d+) kB$/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1];
  const left = process.constrainedMemory?.() ?? 0;
  const available = Number(kibibytes ?? 0) * 1024;
  return left > 0 && left < available ? left : available;
}
