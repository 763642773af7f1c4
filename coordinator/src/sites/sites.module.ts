/** Hospitals: invited, approved, known by key until it is exchanged or revoked. */
import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { KeyRotations } from './key-rotations.js';
import { LiveSites } from './live-sites.js';
import { SiteChanges } from './site-changes.js';
import { SiteDecisions } from './site-decisions.js';
import { SitesController } from './sites.controller.js';
import { SitesRepository } from './sites.repository.js';
import { SitesService } from './sites.service.js';

@Module({
  imports: [AuditModule],
  controllers: [SitesController],
  providers: [SitesRepository, SitesService, SiteDecisions, SiteChanges, KeyRotations, LiveSites],
  exports: [SitesService, SiteDecisions, SiteChanges, KeyRotations, LiveSites],
})
export class SitesModule {}
