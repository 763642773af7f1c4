/** The updates of all open attempts. Who may send one, until when and how large, is decided by rounds, which calls this. */
import { Injectable } from '@nestjs/common';
import type { UpdateHeader } from '@consilium/shared/protocol';
import { ConsiliumError, type AttemptId, type SiteId } from '@consilium/shared/vocabulary';
import { ChunkStore, type ChunkPlace, type UploadKey } from './chunk-store.js';
import { Upload, type UploadOutcome } from './upload.js';

/** Of one site, in all studies: more of them only fill the disk. */
const OPEN_UPLOADS = 8;

@Injectable()
export class UploadsService {
  private readonly uploads = new Map<string, Promise<Upload>>();

  constructor(private readonly store: ChunkStore) {}

  /**
   * Opens or resumes the update of a header whose signature, sizes and attempt rounds has checked.
   * @returns the chunks still missing; all of them are there already if it was sent before.
   * @throws ConsiliumError 'quota-exceeded' while the site has too many unfinished ones; an agent waits and asks again
   */
  async open(header: UpdateHeader): Promise<UploadOutcome> {
    return (await this.uploadOf(header)).progress();
  }

  /** Takes a chunk of the update that the header describes. */
  async accept(header: UpdateHeader, index: number, bytes: Uint8Array): Promise<UploadOutcome> {
    return (await this.uploadOf(header)).accept(index, bytes);
  }

  /** One chunk of a complete update. */
  async read(place: ChunkPlace): Promise<Uint8Array> {
    return this.store.read(place);
  }

  /** Deletes all updates of an attempt that ended. */
  async discard(attemptId: AttemptId): Promise<void> {
    for (const key of this.uploads.keys()) {
      if (key.startsWith(`${attemptId}/`)) {
        this.uploads.delete(key);
      }
    }
    await this.store.removeAttempt(attemptId);
  }

  /** Deletes what a crash left of attempts other than these. */
  async sweep(open: readonly AttemptId[]): Promise<void> {
    for (const attemptId of await this.store.attempts()) {
      if (!open.includes(attemptId)) {
        await this.discard(attemptId);
      }
    }
  }

  private uploadOf(header: UpdateHeader): Promise<Upload> {
    const key = keyOf(header);
    const known = this.uploads.get(key);
    if (known !== undefined) {
      return known;
    }
    const resumed = this.requireRoom(header.siteId).then(() => this.resume(header, key));
    this.uploads.set(key, resumed);
    resumed.catch(() => this.uploads.delete(key));
    return resumed;
  }

  /** Whoever has that many begun finishes some first; a complete one counts no more. */
  private async requireRoom(siteId: SiteId): Promise<void> {
    const others = [...this.uploads].filter(([key]) => key.endsWith(`/${siteId}`));
    const known = await Promise.allSettled(others.map(([, upload]) => upload));
    const open = known.filter(
      (found) => found.status === 'fulfilled' && isUnfinished(found.value),
    ).length;
    if (open >= OPEN_UPLOADS) {
      throw new ConsiliumError('quota-exceeded', `${siteId} has ${open} unfinished updates`);
    }
  }

  private async resume(header: UpdateHeader, key: string): Promise<Upload> {
    const upload = new Upload(header, this.store);
    try {
      await upload.resume();
      return upload;
    } catch (cause) {
      this.uploads.delete(key);
      throw new ConsiliumError('internal', 'the chunks of an update cannot be read', { cause });
    }
  }
}

function isUnfinished(upload: Upload): boolean {
  const progress = upload.progress();
  return progress.kind === 'progress' && !progress.complete;
}

function keyOf({ attemptId, siteId }: UploadKey): string {
  return `${attemptId}/${siteId}`;
}
