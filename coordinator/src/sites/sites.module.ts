/** Hospitals: invited, enrolled, known by key. */
import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { SitesController } from './sites.controller.js';
import { SitesRepository } from './sites.repository.js';
import { EnrolmentLog, SitesService } from './sites.service.js';

@Module({
  imports: [AuditModule],
  controllers: [SitesController],
  providers: [SitesRepository, EnrolmentLog, SitesService],
  exports: [SitesService],
})
export class SitesModule {}
