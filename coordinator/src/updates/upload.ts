/**
 * One update on its way in: which chunks are there, whether a chunk fits, whether all of them are what the signed header
 * says. Chunks are kept as they came, encrypted or masked; nothing here could read them. docs/protocol/v1.md section 4, step 3.
 */
import { createContentHash } from '@consilium/shared/crypto';
import { equalBytes, fromBase64 } from '@consilium/shared/encoding';
import { leafHash, rootOf } from '@consilium/shared/log';
import { updateChunks, type UpdateHeader } from '@consilium/shared/protocol';
import type { ChunkStore } from './chunk-store.js';

export type UploadOutcome =
  | { readonly kind: 'progress'; readonly missing: readonly number[]; readonly complete: boolean }
  /** A chunk with other bytes is there already. */
  | { readonly kind: 'conflict' }
  /** No chunk of this update has this place or this length. */
  | { readonly kind: 'unfit'; readonly reason: string }
  /** All chunks are there, and they are not the ones of the header: the update never becomes valid. */
  | { readonly kind: 'refused' };

export class Upload {
  private readonly sizes: readonly number[];
  /** RFC 6962 leaf hash of each chunk that is there. */
  private readonly hashes: (Uint8Array | undefined)[];
  /** Chunks of an earlier process: the disk may have lost their bytes in a power cut. */
  private holdsFoundChunks = false;
  private outcome: 'receiving' | 'complete' | 'refused' = 'receiving';
  private tail: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly header: UpdateHeader,
    private readonly store: ChunkStore,
  ) {
    this.sizes = updateChunks(header).sizes;
    this.hashes = new Array<Uint8Array | undefined>(this.sizes.length).fill(undefined);
  }

  /** Takes over the chunks that an earlier process left. */
  async resume(): Promise<UploadOutcome> {
    return this.inTurn(async () => {
      for (const [index, size] of await this.store.found(this.header)) {
        if (size === this.sizes[index] && this.hashes[index] === undefined) {
          this.hashes[index] = leafHash(await this.store.read({ ...this.header, index }));
          this.holdsFoundChunks = true;
        }
      }
      return this.settle();
    });
  }

  progress(): UploadOutcome {
    return this.outcome === 'refused'
      ? { kind: 'refused' }
      : { kind: 'progress', missing: this.missing(), complete: this.outcome === 'complete' };
  }

  /** @param bytes attacker-controlled, as is the index. The same chunk again gets the same answer. */
  async accept(index: number, bytes: Uint8Array): Promise<UploadOutcome> {
    const size = this.sizes[index];
    if (size === undefined) {
      return { kind: 'unfit', reason: `the update has ${this.sizes.length} chunks` };
    }
    if (bytes.length !== size) {
      return { kind: 'unfit', reason: `chunk ${index} has ${size} bytes, got ${bytes.length}` };
    }
    return this.inTurn(async () => {
      const hash = leafHash(bytes);
      const present = this.hashes[index];
      if (present !== undefined) {
        return equalBytes(present, hash) ? this.progress() : { kind: 'conflict' };
      }
      await this.store.put({ ...this.header, index }, bytes);
      this.hashes[index] = hash;
      return this.settle();
    });
  }

  private async settle(): Promise<UploadOutcome> {
    if (this.outcome === 'receiving' && this.missing().length === 0) {
      const present = this.hashes.filter((hash) => hash !== undefined);
      const isOfHeader = equalBytes(rootOf(present), fromBase64(this.header.chunkRoot));
      if (isOfHeader && (await this.isVectorOfHeader())) {
        await this.store.sync(this.header);
        this.outcome = 'complete';
      } else if (this.holdsFoundChunks) {
        await this.startAnew();
      } else {
        this.outcome = 'refused';
      }
    }
    return this.progress();
  }

  /**
   * A masked vector is hashed as it came, so its hash is held to the header before the site counts as a survivor; of an
   * encrypted one that is found out when it is opened.
   */
  private async isVectorOfHeader(): Promise<boolean> {
    if (this.header.payload.kind !== 'masked') {
      return true;
    }
    const hash = createContentHash();
    for (const index of this.sizes.keys()) {
      hash.update(await this.store.read({ ...this.header, index }));
    }
    return hash.digest() === this.header.vectorHash;
  }

  /** The site may be honest: its chunks are asked for once more before it is refused. */
  private async startAnew(): Promise<void> {
    await this.store.removeUpload(this.header);
    this.hashes.fill(undefined);
    this.holdsFoundChunks = false;
  }

  private missing(): number[] {
    return this.hashes.flatMap((hash, index) => (hash === undefined ? [index] : []));
  }

  /** One chunk after another: hashes and files change together. */
  private inTurn(act: () => Promise<UploadOutcome>): Promise<UploadOutcome> {
    const turn = this.tail.then(act);
    this.tail = turn.catch(() => undefined);
    return turn;
  }
}
