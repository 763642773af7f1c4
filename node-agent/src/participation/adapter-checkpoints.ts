/** The adapter checkpoints of one study at this site: made from the seed, recomputed from a ring sum, or read from the coordinator. */
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { contentHash } from '@consilium/shared/crypto';
import {
  initialTensors,
  inSchemaOrder,
  readSafetensors,
  writeSafetensors,
  type TensorSchema,
  type TensorSet,
} from '@consilium/shared/tensors';
import {
  ConsiliumError,
  LIMITS,
  type ContentHash,
  type RoundNo,
} from '@consilium/shared/vocabulary';
import { PRIVATE_FOLDER, systemCode, writeDurably } from '../config/durable-file.js';
import type { StudyFolder } from '../config/home.js';
import { readBlob } from '../transport/blob-reader.js';
import type { Requests } from '../transport/coordinator-link.js';

export class AdapterCheckpoints {
  private lane: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly folder: StudyFolder,
    private readonly schema: TensorSchema,
    private readonly seed: string,
    private readonly link: Requests,
  ) {}

  /** What the study begins with: the same bytes at every site. */
  initial(): { readonly bytes: Uint8Array; readonly hash: ContentHash } {
    return encodeCheckpoint(this.schema, initialTensors(this.schema, this.seed));
  }

  /**
   * The file of the checkpoint after a round, fetched if this site has it not.
   * @throws ConsiliumError 'proof-invalid' when the coordinator hands out other bytes, 'bad-tensor-schema'
   */
  ensureFile(roundNo: RoundNo, hash: ContentHash, signal: AbortSignal): Promise<string> {
    // One at a time, so that two callers do not fetch and write one file twice.
    const file = this.lane.then(() => this.findOrFetch(roundNo, hash, signal));
    this.lane = file.catch(() => undefined);
    return file;
  }

  private async findOrFetch(
    roundNo: RoundNo,
    hash: ContentHash,
    signal: AbortSignal,
  ): Promise<string> {
    const path = this.folder.adapterFile(roundNo);
    if (await hasHash(path, hash)) {
      return path;
    }
    const start = roundNo === 0 ? this.initial() : undefined;
    const bytes =
      start?.hash === hash
        ? start.bytes
        : await readBlob(this.link, { hash, maxBytes: LIMITS.adapterBytes, signal });
    inSchemaOrder(this.schema, readSafetensors(bytes));
    await writeDurably(path, bytes);
    return path;
  }

  async read(roundNo: RoundNo, hash: ContentHash, signal: AbortSignal): Promise<TensorSet> {
    return readSafetensors(await readFile(await this.ensureFile(roundNo, hash, signal)));
  }

  /** Keeps the checkpoint after a round. @throws ConsiliumError 'proof-invalid' unless it has the hash that was promised */
  async save(roundNo: RoundNo, set: TensorSet, promised: ContentHash): Promise<void> {
    const { bytes, hash } = encodeCheckpoint(this.schema, set);
    if (hash !== promised) {
      throw new ConsiliumError(
        'proof-invalid',
        `round ${roundNo}: the ring sum gives the adapter checkpoint ${hash}, the record says ${promised}`,
      );
    }
    await writeDurably(this.folder.adapterFile(roundNo), bytes);
  }

  /** Keeps bytes whose hash the caller has checked. */
  async saveBytes(roundNo: RoundNo, bytes: Uint8Array): Promise<void> {
    await writeDurably(this.folder.adapterFile(roundNo), bytes);
  }

  /** Resolves when no call that was made so far reads or writes any more, whether it succeeded or not. */
  async settled(): Promise<void> {
    await this.lane;
  }

  /** Deletes the checkpoints of earlier rounds. */
  async keepFrom(roundNo: RoundNo): Promise<void> {
    await mkdir(this.folder.adaptersFolder, { recursive: true, mode: PRIVATE_FOLDER });
    for (const name of await readdir(this.folder.adaptersFolder)) {
      const no = Number.parseInt(name, 10);
      if (no < roundNo) {
        await rm(this.folder.adapterFile(no), { force: true });
      }
    }
  }
}

/** A checkpoint as the file that is hashed: schema order, no metadata. */
export function encodeCheckpoint(
  schema: TensorSchema,
  set: TensorSet,
): { readonly bytes: Uint8Array; readonly hash: ContentHash } {
  const bytes = writeSafetensors(inSchemaOrder(schema, set));
  return { bytes, hash: contentHash(bytes) };
}

async function hasHash(path: string, hash: ContentHash): Promise<boolean> {
  try {
    return contentHash(await readFile(path)) === hash;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') {
      return false;
    }
    throw error;
  }
}
