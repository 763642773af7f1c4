/** Evidence bundles for auditors. */
import { Module } from '@nestjs/common';
import { ActsModule } from '../acts/acts.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { BlobsModule } from '../blobs/blobs.module.js';
import { EvaluationsModule } from '../evaluations/evaluations.module.js';
import { ModelsModule } from '../models/models.module.js';
import { RoundsModule } from '../rounds/rounds.module.js';
import { SitesModule } from '../sites/sites.module.js';
import { StudiesModule } from '../studies/studies.module.js';
import { BundleFilesService } from './bundle-files.service.js';
import { BundleLogService } from './bundle-log.service.js';
import { BundleShelf } from './bundle-shelf.js';
import { BundlesController } from './bundles.controller.js';
import { BundleSignature } from './bundle-signature.js';
import { BundlesService } from './bundles.service.js';
import { ExportRecord } from './export-record.js';
import { StudyEvidenceService } from './study-evidence.service.js';
import { StudyRecords } from './study-records.js';

@Module({
  imports: [
    ActsModule,
    AuditModule,
    BlobsModule,
    EvaluationsModule,
    ModelsModule,
    RoundsModule,
    SitesModule,
    StudiesModule,
  ],
  controllers: [BundlesController],
  providers: [
    BundleFilesService,
    BundleLogService,
    BundleShelf,
    BundleSignature,
    BundlesService,
    ExportRecord,
    StudyEvidenceService,
    StudyRecords,
  ],
})
export class BundlesModule {}
