/** Hands out the files of bundles that were made a short while ago. */
import { Injectable } from '@nestjs/common';
import { ConsiliumError, type ContentHash, type StudyId } from '@consilium/shared/vocabulary';
import { BlobStore } from '../blobs/blob-store.js';
import { BundleShelf, type ShelvedBundle } from './bundle-shelf.js';

const PIECE_BYTES = 1024 * 1024;

export interface OpenedFile {
  readonly bytes: number;
  readonly content: AsyncIterable<Uint8Array>;
}

export interface FileOfBundle {
  /** As in the index. */
  readonly path: string;
  /** The hash of the index; the newest bundle of the study if not given. */
  readonly bundle?: ContentHash | undefined;
}

@Injectable()
export class BundleFilesService {
  constructor(
    private readonly shelf: BundleShelf,
    private readonly blobs: BlobStore,
  ) {}

  /** @throws ConsiliumError 'not-found' when the bundle is no longer held or has no such file. */
  async open(studyId: StudyId, { path, bundle }: FileOfBundle): Promise<OpenedFile> {
    const shelved = await this.shelf.find(studyId, bundle);
    if (shelved === undefined) {
      throw noLongerHeld(studyId);
    }
    const entry = shelved.index.body.files.find((file) => file.path === path);
    if (entry === undefined) {
      throw new ConsiliumError('not-found', `the bundle of ${studyId} has no such file`);
    }
    return { bytes: entry.bytes, content: await this.contentOf(shelved, studyId, entry) };
  }

  private async contentOf(
    shelved: ShelvedBundle,
    studyId: StudyId,
    { hash, bytes }: { readonly hash: ContentHash; readonly bytes: number },
  ): Promise<AsyncIterable<Uint8Array>> {
    const document = await this.shelf.document(shelved, hash);
    if (document !== undefined) {
      return document;
    }
    if ((await this.blobs.size(hash)) === undefined) {
      throw noLongerHeld(studyId);
    }
    return this.pieces(hash, bytes);
  }

  /** A large blob never stands in memory as a whole. */
  private async *pieces(hash: ContentHash, bytes: number): AsyncGenerator<Uint8Array> {
    for (let offset = 0; offset < bytes; offset += PIECE_BYTES) {
      yield await this.blobs.read(hash, offset, Math.min(PIECE_BYTES, bytes - offset));
    }
  }
}

function noLongerHeld(studyId: StudyId): ConsiliumError {
  return new ConsiliumError(
    'not-found',
    `no such bundle of ${studyId} is held any more: ask for its index again`,
  );
}
