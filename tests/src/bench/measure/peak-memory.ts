/** The largest resident memory of processes and their children, watched from outside by /proc, which only Linux has. */
import { readFile } from 'node:fs/promises';
import { childrenOf } from '../../support/process-tree.js';

const EVERY_MS = 200;
const KIB_IN_MIB = 1024;

export interface MemoryWatch {
  /** MiB so far by the name of the watched process, the largest of its children added; 0 where nothing could be read. */
  peaks(): Readonly<Record<string, number>>;
  stop(): void;
}

/** @param pids process ids by name */
export function watchMemory(pids: Readonly<Record<string, number>>): MemoryWatch {
  const own = new Map<string, number>();
  const child = new Map<string, number>();
  let isReading = false;
  const timer = setInterval(() => {
    if (!isReading) {
      isReading = true;
      void readAll().finally(() => {
        isReading = false;
      });
    }
  }, EVERY_MS);

  async function readAll(): Promise<void> {
    for (const [name, pid] of Object.entries(pids)) {
      raise(own, name, await peakOf(pid));
      for (const one of await childrenOf(pid)) {
        raise(child, name, await peakOf(one));
      }
    }
  }

  return {
    peaks: () =>
      Object.fromEntries(
        Object.keys(pids).map((name) => [name, (own.get(name) ?? 0) + (child.get(name) ?? 0)]),
      ),
    stop: () => {
      clearInterval(timer);
    },
  };
}

function raise(peaks: Map<string, number>, name: string, value: number): void {
  peaks.set(name, Math.max(peaks.get(name) ?? 0, value));
}

/** High-water mark in MiB; 0 once the process has ended. */
async function peakOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / KIB_IN_MIB;
}
