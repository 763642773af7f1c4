/**
 * The space that the trunk caches of a site may take together. Whoever needs room drops the records that were used longest ago,
 * whichever study or level they belong to; a record's time of modification is the time of its last use.
 *
 * Several trainers share the folder without a lock: each counts what lies there again after it has written a part of the quota,
 * so together they may exceed it by that part each.
 */
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { inBatches } from './batches.js';
import { unlessMissing } from './missing-file.js';

/** Part of the quota that may be written before the folder is counted again. */
const UNCOUNTED_PART = 1 / 32;
/** A file that a trainer is writing is not taken away from it. */
const DRAFT_MS = 3_600_000;
const STATS_AT_ONCE = 16;
/** Records, whole or being written: nothing else in the folder is counted or deleted. */
const RECORD_NAME = /^(?:[0-9a-f]{64}|\.[0-9a-f]{64}\.\d+\.tmp)$/;

interface Stored {
  readonly path: string;
  readonly bytes: number;
  readonly usedMs: number;
}

export class FeatureQuota {
  readonly #folder: string;
  readonly #mostBytes: number;
  /** Of all records, as far as this process knows. */
  #bytes = 0;
  #uncounted = Infinity;
  /** What may be dropped, used longest ago at the end. */
  #droppable: Stored[] = [];

  /** @param folder holds the caches of all studies of the site */
  constructor(folder: string, mostBytes: number) {
    this.#folder = folder;
    this.#mostBytes = mostBytes;
  }

  /**
   * Makes room for a record that is about to be written.
   * @param isInUse of a path: such records stay
   * @returns false where everything else was dropped and the record still does not fit
   */
  async reserve(bytes: number, isInUse: (path: string) => boolean): Promise<boolean> {
    if (bytes > this.#mostBytes) {
      return false;
    }
    if (this.#uncounted > this.#mostBytes * UNCOUNTED_PART) {
      await this.count();
    }
    while (this.#bytes + bytes > this.#mostBytes) {
      const oldest = this.#droppable.pop();
      if (oldest === undefined) {
        return false;
      }
      if (!isInUse(oldest.path)) {
        await rm(oldest.path, { force: true });
        this.#bytes -= oldest.bytes;
      }
    }
    this.#bytes += bytes;
    this.#uncounted += bytes;
    return true;
  }

  /** Looks at what lies in the folder now. */
  async count(): Promise<void> {
    const stored = await storedIn(this.#folder);
    this.#bytes = stored.reduce((sum, { bytes }) => sum + bytes, 0);
    this.#uncounted = 0;
    const now = Date.now();
    this.#droppable = stored
      .filter(({ path, usedMs }) => !path.endsWith('.tmp') || now - usedMs > DRAFT_MS)
      .sort((a, b) => b.usedMs - a.usedMs);
  }
}

/** Other trainers write and delete meanwhile: what is gone when it is looked at does not count. */
async function storedIn(folder: string): Promise<Stored[]> {
  const entries = await unlessMissing(readdir(folder, { withFileTypes: true }), []);
  const stored: Stored[] = [];
  for (const some of inBatches(entries, STATS_AT_ONCE)) {
    const found = some.map(async (entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        return storedIn(path);
      }
      return RECORD_NAME.test(entry.name) ? storedAt(path) : [];
    });
    stored.push(...(await Promise.all(found)).flat());
  }
  return stored;
}

async function storedAt(path: string): Promise<Stored[]> {
  const found = await unlessMissing(stat(path), undefined);
  return found === undefined ? [] : [{ path, bytes: found.size, usedMs: found.mtimeMs }];
}
