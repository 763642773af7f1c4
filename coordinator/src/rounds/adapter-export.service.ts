/** Adapters leave the coordinator here. */
import { Injectable } from '@nestjs/common';
import type { AdapterView } from '@consilium/shared/answers';
import { ConsiliumError, type ContentHash, type StudyId } from '@consilium/shared/vocabulary';
import { AuditService } from '../audit/audit.service.js';
import { BlobStore } from '../blobs/blob-store.js';
import { Database } from '../database/database.js';
import { AdapterCheckpointsService } from '../models/adapter-checkpoints.service.js';
import { StudiesService } from '../studies/studies.service.js';

export interface ExportedAdapter {
  /** The round that it comes from; 0 is the one that training began with. */
  readonly roundNo: number;
  /** A safetensors file. */
  readonly bytes: Uint8Array;
}

@Injectable()
export class AdapterExportService {
  constructor(
    private readonly database: Database,
    private readonly studies: StudiesService,
    private readonly checkpoints: AdapterCheckpointsService,
    private readonly blobs: BlobStore,
    private readonly audit: AuditService,
  ) {}

  /** From round 0 on. @throws ConsiliumError 'not-found' */
  async list(studyId: StudyId): Promise<AdapterView[]> {
    await this.studies.get(studyId);
    const checkpoints = await this.checkpoints.all(studyId);
    return Promise.all(
      checkpoints.map(async ({ roundNo, hash, ringSumHash }) => ({
        roundNo,
        hash,
        bytes: await this.sizeOf(hash),
        ...(ringSumHash === undefined ? {} : { ringSumHash }),
      })),
    );
  }

  /**
   * An adapter checkpoint leaves the coordinator, which is a leaf first.
   * @param round the newest one if not given
   * @throws ConsiliumError 'not-found'
   */
  async exportAdapter(studyId: StudyId, round?: number): Promise<ExportedAdapter> {
    await this.studies.get(studyId);
    const { hash, roundNo } =
      round === undefined
        ? await this.checkpoints.latest(studyId)
        : await this.checkpoints.ofRound(studyId, round);
    await this.database.transaction((tx) =>
      this.audit.append(tx, { type: 'access.export', studyId, what: 'adapter' }),
    );
    return { roundNo, bytes: await this.blobs.readAll(hash) };
  }

  private async sizeOf(hash: ContentHash): Promise<number> {
    const size = await this.blobs.size(hash);
    if (size === undefined) {
      throw new ConsiliumError('internal', `the bytes of the adapter checkpoint ${hash} are gone`);
    }
    return size;
  }
}
