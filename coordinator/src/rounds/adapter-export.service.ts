/** Adapters leave the coordinator here. */
import { Injectable } from '@nestjs/common';
import type { StudyId } from '@consilium/shared/vocabulary';
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

  /**
   * The newest adapter checkpoint leaves the coordinator, which is a leaf first.
   * @throws ConsiliumError 'not-found'
   */
  async exportAdapter(studyId: StudyId): Promise<ExportedAdapter> {
    await this.studies.get(studyId);
    const { hash, roundNo } = await this.checkpoints.latest(studyId);
    await this.database.transaction((tx) =>
      this.audit.append(tx, { type: 'access.export', studyId, what: 'adapter' }),
    );
    return { roundNo, bytes: await this.blobs.readAll(hash) };
  }
}
