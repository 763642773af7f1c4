/** The children of a process, read from /proc: how a test finds the trainer of an agent. */
import { readFile } from 'node:fs/promises';

/** @returns process ids of the direct children; empty when there are none or the process has ended. */
export async function childrenOf(pid: number): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  return text.trim().split(' ').filter(Boolean).map(Number);
}

export function isRunning(pid: number): boolean {
  try {
    // Signal 0 asks and does nothing.
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
