/** The tamper-evident log: append, sign, check, prove. */
import { Module } from '@nestjs/common';
import { AuditService } from './audit.service.js';
import { LogController } from './log.controller.js';
import { LogOpening } from './log-opening.js';
import { LogReader } from './log-reader.service.js';
import { LogRepository } from './log.repository.js';
import { Sequencer } from './sequencer.js';

@Module({
  controllers: [LogController],
  providers: [LogRepository, AuditService, Sequencer, LogOpening, LogReader],
  exports: [AuditService, Sequencer, LogReader],
})
export class AuditModule {}
