/** Bytes named by their hash: adapter checkpoints and ring sums. A blob never changes, so whoever holds its name holds its content. */
import type { ContentHash } from '@consilium/shared/vocabulary';

export interface StoredBlob {
  readonly hash: ContentHash;
  readonly size: number;
}

/** Implementations pass the contract suite in `testing/`. A class, so that Nest injects it by type. */
export abstract class BlobStore {
  /** Durable when it resolves. The same bytes twice are one blob. @throws ConsiliumError 'disk-full' */
  abstract put(bytes: Uint8Array): Promise<StoredBlob>;

  /** @returns undefined when there is no such blob. */
  abstract size(hash: ContentHash): Promise<number | undefined>;

  /** @throws ConsiliumError 'not-found' | 'bad-request' when the range leaves the blob. */
  abstract read(hash: ContentHash, offset: number, length: number): Promise<Uint8Array>;

  /** The whole blob, checked against its name. @throws ConsiliumError 'not-found' | 'internal' when the bytes have changed. */
  abstract readAll(hash: ContentHash): Promise<Uint8Array>;

  /** Once more does nothing. */
  abstract remove(hash: ContentHash): Promise<void>;
}
