/** What a site may read: the blobs of its own studies, and proofs of the log. docs/protocol/v1.md section 6. */
import { Injectable } from '@nestjs/common';
import { toBase64 } from '@consilium/shared/encoding';
import { leafSchema, type SiteRequest } from '@consilium/shared/protocol';
import { ConsiliumError, type SiteId } from '@consilium/shared/vocabulary';
import { LogReader } from '../audit/log-reader.service.js';
import { BlobStore } from '../blobs/blob-store.js';
import { StudiesService } from '../studies/studies.service.js';
import type { Answer } from './site-connection.js';

type Request<K extends SiteRequest['kind']> = Extract<SiteRequest, { kind: K }>;

@Injectable()
export class SiteReading {
  constructor(
    private readonly studies: StudiesService,
    private readonly blobs: BlobStore,
    private readonly log: LogReader,
  ) {}

  /**
   * At most `length` bytes of a blob from an offset on.
   * @throws ConsiliumError 'not-found' also for a blob of somebody else's study: it does not exist for this site; 'bad-request'
   * for an offset beyond its end.
   */
  async blob(siteId: SiteId, { hash, offset, length }: Request<'blob.read'>): Promise<Answer> {
    const mayRead = await this.studies.mayReadBlob(siteId, hash);
    const size = mayRead ? await this.blobs.size(hash) : undefined;
    if (size === undefined) {
      throw new ConsiliumError('not-found', 'no study of this site has a blob of this hash');
    }
    if (offset > size) {
      throw new ConsiliumError('bad-request', `offset: the blob has ${size} bytes`);
    }
    const attachment = await this.blobs.read(hash, offset, Math.min(length, size - offset));
    return { reply: { kind: 'blob', size }, attachment };
  }

  /**
   * A leaf with its proofs.
   * @throws ConsiliumError 'not-found' also for a leaf of somebody else's study; 'bad-request'
   */
  async proof(siteId: SiteId, { leafIndex, knownSize }: Request<'log.prove'>): Promise<Answer> {
    const proof = await this.log.prove(leafIndex, knownSize);
    const leaf = leafSchema.parse(JSON.parse(proof.leaf));
    if (!(await this.studies.mayReadLeaf(siteId, leaf))) {
      throw new ConsiliumError('not-found', `there is no leaf ${leafIndex} for this site`);
    }
    return {
      reply: {
        kind: 'proof',
        checkpoint: proof.checkpoint.note,
        leaf: proof.leaf,
        inclusion: proof.inclusion.map(toBase64),
        consistency: proof.consistency.map(toBase64),
      },
    };
  }
}
