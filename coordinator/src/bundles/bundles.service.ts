/** Evidence bundles: made on request, recorded in the log before they are made, handed out file by file. docs/protocol/v1.md section 7. */
import { Inject, Injectable } from '@nestjs/common';
import type { Signed } from '@consilium/shared/crypto';
import { fromUtf8 } from '@consilium/shared/encoding';
import { signedBundleIndexSchema, type BundleIndex } from '@consilium/shared/protocol';
import {
  bundleDocumentFiles,
  bundleFileEntry,
  bundleIndexFile,
  type BundleFileEntry,
} from '@consilium/shared/verify';
import { ConsiliumError, type StudyId } from '@consilium/shared/vocabulary';
import { AuditService } from '../audit/audit.service.js';
import { BlobStore } from '../blobs/blob-store.js';
import { CONFIG } from '../config/config.module.js';
import type { CoordinatorConfig } from '../config/config-schema.js';
import { CoordinatorKeys } from '../config/coordinator-keys.js';
import { Database } from '../database/database.js';
import { Clock } from '../platform/clock.js';
import { StudiesService } from '../studies/studies.service.js';
import { BundleLogService } from './bundle-log.service.js';
import { BundleShelf } from './bundle-shelf.js';
import { StudyEvidenceService, type BlobOfBundle } from './study-evidence.service.js';

@Injectable()
export class BundlesService {
  constructor(
    private readonly exports: ExportRecord,
    private readonly evidence: StudyEvidenceService,
    private readonly log: BundleLogService,
    private readonly blobs: BlobStore,
    private readonly shelf: BundleShelf,
    private readonly signature: BundleSignature,
  ) {}

  /** Makes a bundle of the study as it stands, the record of this export included. @throws ConsiliumError 'not-found' */
  async make(studyId: StudyId): Promise<Signed<BundleIndex>> {
    await this.exports.append(studyId);
    const { checkpoint, documents, blobs } = await this.evidence.collect(studyId);
    const log = await this.log.excerpt(studyId, checkpoint);
    const files = bundleDocumentFiles({ ...documents, log });
    const blobEntries = await Promise.all(blobs.map((blob) => this.entryOf(blob)));
    const entries = [...files.map(bundleFileEntry), ...blobEntries];
    const index = this.signature.sign(studyId, entries);
    await this.shelf.put(index, files);
    return index;
  }

  private async entryOf({ path, hash }: BlobOfBundle): Promise<BundleFileEntry> {
    const bytes = await this.blobs.size(hash);
    if (bytes === undefined) {
      throw new ConsiliumError('internal', `blob ${hash} of ${path} is gone: restore it`);
    }
    return { path, hash, bytes };
  }
}

/** Says in the log that a bundle leaves the coordinator. */
@Injectable()
export class ExportRecord {
  constructor(
    private readonly database: Database,
    private readonly studies: StudiesService,
    private readonly audit: AuditService,
  ) {}

  /** @throws ConsiliumError 'not-found' */
  async append(studyId: StudyId): Promise<void> {
    await this.database.transaction(async (tx) => {
      await this.studies.get(studyId);
      await this.audit.append(tx, { type: 'access.export', studyId, what: 'bundle' });
    });
  }
}

/** Signs what a bundle holds. */
@Injectable()
export class BundleSignature {
  constructor(
    @Inject(CONFIG) private readonly config: CoordinatorConfig,
    private readonly keys: CoordinatorKeys,
    private readonly clock: Clock,
  ) {}

  sign(studyId: StudyId, entries: readonly BundleFileEntry[]): Signed<BundleIndex> {
    const { bytes } = bundleIndexFile(entries, {
      studyId,
      origin: this.config.logOrigin,
      coordinatorKey: this.keys.identity,
      logPublicKey: this.keys.log.publicKey,
      createdAtMs: this.clock.nowMs(),
    });
    return signedBundleIndexSchema.parse(JSON.parse(fromUtf8(bytes)));
  }
}
