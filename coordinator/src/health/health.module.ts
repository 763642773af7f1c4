/** How the coordinator is, for whoever keeps it. */
import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { EventLoop } from './event-loop.js';
import { HealthRepository } from './health.repository.js';
import { HealthViewController } from './health-view.controller.js';
import { HealthViews, Platform } from './health-view.service.js';
import { LogChecks } from './log-checks.service.js';

@Module({
  imports: [AuditModule],
  controllers: [HealthViewController],
  providers: [EventLoop, HealthRepository, HealthViews, LogChecks, Platform],
})
export class HealthModule {}
