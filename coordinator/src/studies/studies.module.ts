/** Studies from their file to their end. */
import { Module, type OnModuleInit } from '@nestjs/common';
import type { SiteId, StudyId } from '@consilium/shared/vocabulary';
import { AuditModule } from '../audit/audit.module.js';
import { BlobsModule } from '../blobs/blobs.module.js';
import { ModelsModule } from '../models/models.module.js';
import { Database } from '../database/database.js';
import { StudyReach } from '../platform/http/study-reach.js';
import { SitesModule } from '../sites/sites.module.js';
import { SiteChanges } from '../sites/site-changes.js';
import { StudiesController } from './studies.controller.js';
import { StudiesRepository, type StudyRow } from './studies.repository.js';
import { StudiesService } from './studies.service.js';
import { StudyAnnouncements } from './study-announcements.js';
import { StudyCheck } from './study-check.js';
import { StudyJoining } from './study-joining.js';
import { StudyMembership } from './study-membership.js';
import { StudyOffers } from './study-offers.js';
import { FirstCheckpoint, StudyOpening } from './study-opening.js';
import { StudyPauses } from './study-pauses.js';
import { StudyRosters } from './study-rosters.js';
import { StudyViews } from './study-views.js';

@Module({
  imports: [AuditModule, BlobsModule, ModelsModule, SitesModule],
  controllers: [StudiesController],
  providers: [
    StudiesRepository,
    StudyAnnouncements,
    StudyOffers,
    StudyRosters,
    StudyMembership,
    FirstCheckpoint,
    StudyOpening,
    StudyCheck,
    StudyJoining,
    StudiesService,
    StudyPauses,
    StudyViews,
  ],
  exports: [StudiesService, StudyMembership],
})
export class StudiesModule implements OnModuleInit {
  constructor(
    private readonly sites: SiteChanges,
    private readonly offers: StudyOffers,
    private readonly database: Database,
    private readonly studies: StudiesRepository,
    private readonly reach: StudyReach,
  ) {}

  /** A site that is let in later is offered what is not over; what people reach follows from who created and who joined. */
  onModuleInit(): void {
    this.sites.listen({ approved: (tx, { siteId }) => this.offers.toNewSite(tx, siteId) });
    this.reach.answerWith({
      creatorOf: async (studyId) => (await this.find(studyId))?.createdBy,
      membersOf: (studyId) => this.membersOf(studyId),
      studyIds: () => this.studyIds(),
    });
  }

  private find(studyId: string): Promise<StudyRow | undefined> {
    return this.database.read((reader) => this.studies.find(reader, studyId as StudyId));
  }

  private async membersOf(studyId: string): Promise<SiteId[]> {
    const latest = await this.database.read((reader) =>
      this.studies.latestRoster(reader, studyId as StudyId),
    );
    return (latest?.roster.body.sites ?? []).map(({ siteId }) => siteId);
  }

  private async studyIds(): Promise<StudyId[]> {
    const rows = await this.database.read((reader) => this.studies.list(reader));
    return rows.map(({ studyId }) => studyId);
  }
}
