/**
 * Where the documents of fresh bundles wait for whoever asked for them: `<data folder>/bundles/<study>/<time>-<index hash>`,
 * each file named by its hash, so no path of a request ever becomes a file name. Adapter checkpoints and ring sums stay in the
 * blob store.
 */
import { mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import { contentHash, contentHashOf, type Signed } from '@consilium/shared/crypto';
import { canonicalBytes, fromUtf8 } from '@consilium/shared/encoding';
import { signedBundleIndexSchema, type BundleIndex } from '@consilium/shared/protocol';
import type { BundleFile } from '@consilium/shared/verify';
import type { ContentHash, StudyId } from '@consilium/shared/vocabulary';
import { CONFIG } from '../config/config.module.js';
import type { CoordinatorConfig } from '../config/config-schema.js';
import { errorCode } from '../config/error-code.js';

const KEPT_MS = 3_600_000;
const KEPT_OF_STUDY = 4;
const INDEX = 'index';
/** Milliseconds with as many digits as a date has until the year 33658, so that names sort by time. */
const TIME_DIGITS = 15;

export interface ShelvedBundle {
  readonly index: Signed<BundleIndex>;
  readonly folder: string;
}

@Injectable()
export class BundleShelf {
  private readonly root: string;

  constructor(@Inject(CONFIG) { dataFolder }: CoordinatorConfig) {
    this.root = join(dataFolder, 'bundles');
  }

  /** Keeps a bundle, and lets go of those that nobody can still be fetching. */
  async put(index: Signed<BundleIndex>, documents: readonly BundleFile[]): Promise<void> {
    const { studyId, createdAtMs } = index.body;
    const name = `${`${createdAtMs}`.padStart(TIME_DIGITS, '0')}-${hexOf(contentHashOf(index))}`;
    const shelf = this.shelfOf(studyId);
    const draft = join(shelf, `.${name}`);
    await rm(draft, { recursive: true, force: true });
    await mkdir(draft, { recursive: true, mode: 0o700 });
    for (const { bytes } of documents) {
      await writeFile(join(draft, hexOf(contentHash(bytes))), bytes, { mode: 0o600 });
    }
    await writeFile(join(draft, INDEX), canonicalBytes(index), { mode: 0o600 });
    await rename(draft, join(shelf, name));
    await this.clear(createdAtMs);
  }

  /** @param bundle the hash of its index; the newest of the study if not given. */
  async find(studyId: StudyId, bundle?: ContentHash): Promise<ShelvedBundle | undefined> {
    const shelf = this.shelfOf(studyId);
    const suffix = bundle === undefined ? '' : `-${hexOf(bundle)}`;
    const name = (await bundlesIn(shelf)).findLast((candidate) => candidate.endsWith(suffix));
    if (name === undefined) {
      return undefined;
    }
    const folder = join(shelf, name);
    const text = await readFile(join(folder, INDEX)).catch(absent);
    return text && { index: signedBundleIndexSchema.parse(JSON.parse(fromUtf8(text))), folder };
  }

  /** A document of the bundle as it is on the disk; undefined when it was cleared away or is no document. */
  async document(
    { folder }: ShelvedBundle,
    hash: ContentHash,
  ): Promise<AsyncIterable<Uint8Array> | undefined> {
    const file = await open(join(folder, hexOf(hash)), 'r').catch(absent);
    return file?.createReadStream() as AsyncIterable<Uint8Array> | undefined;
  }

  private shelfOf(studyId: StudyId): string {
    return join(this.root, studyId);
  }

  private async clear(nowMs: number): Promise<void> {
    for (const study of await readdir(this.root)) {
      const shelf = join(this.root, study);
      const names = await bundlesIn(shelf);
      const old = names.filter(
        (name, i) =>
          i < names.length - KEPT_OF_STUDY || Number(name.slice(0, TIME_DIGITS)) < nowMs - KEPT_MS,
      );
      await Promise.all(old.map((name) => rm(join(shelf, name), { recursive: true, force: true })));
    }
  }
}

/** Whole bundles only, the oldest first. */
async function bundlesIn(shelf: string): Promise<string[]> {
  const names = await readdir(shelf).catch(absent);
  return (names ?? []).filter((name) => !name.startsWith('.')).sort();
}

function absent(error: unknown): undefined {
  if (errorCode(error) !== 'ENOENT') {
    throw error;
  }
}

function hexOf(hash: ContentHash): string {
  return hash.slice('sha256:'.length);
}
