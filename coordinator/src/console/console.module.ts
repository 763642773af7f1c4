/** What people see of the coordinator in their browser, and how it stays up to date. */
import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { RoundsModule } from '../rounds/rounds.module.js';
import { SitesModule } from '../sites/sites.module.js';
import { ConsoleController } from './console.controller.js';
import { ConsoleFiles } from './console-files.js';
import { LiveController } from './live.controller.js';
import { LiveLeaves } from './live-leaves.service.js';
import { LiveService } from './live.service.js';
import { LiveSources } from './live-sources.js';

@Module({
  imports: [AuditModule, RoundsModule, SitesModule],
  controllers: [ConsoleController, LiveController],
  providers: [ConsoleFiles, LiveLeaves, LiveService, LiveSources],
})
export class ConsoleModule {}
