/** Studies from their file to their end. */
import { Module, type OnModuleInit } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { BlobsModule } from '../blobs/blobs.module.js';
import { ModelsModule } from '../models/models.module.js';
import { SitesModule } from '../sites/sites.module.js';
import { SitesService } from '../sites/sites.service.js';
import { StudiesController } from './studies.controller.js';
import { StudiesRepository } from './studies.repository.js';
import { StudiesService } from './studies.service.js';
import { StudyAnnouncements } from './study-announcements.js';
import { StudyJoining } from './study-joining.js';
import { StudyOffers } from './study-offers.js';
import { FirstCheckpoint, StudyOpening } from './study-opening.js';
import { StudyRosters } from './study-rosters.js';
import { StudyViews } from './study-view.js';

@Module({
  imports: [AuditModule, BlobsModule, ModelsModule, SitesModule],
  controllers: [StudiesController],
  providers: [
    StudiesRepository,
    StudyAnnouncements,
    StudyOffers,
    StudyRosters,
    FirstCheckpoint,
    StudyOpening,
    StudyJoining,
    StudiesService,
    StudyViews,
  ],
  exports: [StudiesService],
})
export class StudiesModule implements OnModuleInit {
  constructor(
    private readonly sites: SitesService,
    private readonly offers: StudyOffers,
  ) {}

  /** A site that enrols later is offered what still recruits. */
  onModuleInit(): void {
    this.sites.onEnrolled((tx, { siteId }) => this.offers.toNewSite(tx, siteId));
  }
}
