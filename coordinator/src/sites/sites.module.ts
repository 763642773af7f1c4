/** Hospitals: invited, approved, known by key until it is exchanged or revoked. */
import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { EnrolmentController } from './enrolment.controller.js';
import { KeyRotations } from './key-rotations.js';
import { LiveSites } from './live-sites.js';
import { SiteAttendance } from './site-attendance.service.js';
import { SiteChanges } from './site-changes.js';
import { SiteDecisions } from './site-decisions.js';
import { SiteReports } from './site-reports.service.js';
import { SiteStatesRepository } from './site-states.repository.js';
import { SiteViews } from './site-views.service.js';
import { SitesController } from './sites.controller.js';
import { SitesRepository } from './sites.repository.js';
import { SitesService } from './sites.service.js';

@Module({
  imports: [AuditModule],
  controllers: [EnrolmentController, SitesController],
  providers: [
    SitesRepository,
    SiteStatesRepository,
    SitesService,
    SiteAttendance,
    SiteChanges,
    SiteDecisions,
    SiteReports,
    SiteViews,
    KeyRotations,
    LiveSites,
  ],
  exports: [SitesService, SiteChanges, SiteDecisions, SiteReports, KeyRotations, LiveSites],
})
export class SitesModule {}
