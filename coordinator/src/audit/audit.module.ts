/** The tamper-evident log: append, sign, check, prove. */
import { Inject, Module, type OnModuleInit } from '@nestjs/common';
import { Health } from '../platform/health.js';
import { AccessRefusals } from './access-refusals.js';
import { AuditService } from './audit.service.js';
import { CheckpointSigner } from './checkpoint-signer.js';
import { LogEntriesController } from './log-entries.controller.js';
import { LogEntriesRepository } from './log-entries.repository.js';
import { LogEntries } from './log-entries.service.js';
import { LogController } from './log.controller.js';
import { LogOpening } from './log-opening.js';
import { LogReader } from './log-reader.service.js';
import { LogRepository } from './log.repository.js';
import { Sequencer } from './sequencer.js';

@Module({
  controllers: [LogController, LogEntriesController],
  providers: [
    CheckpointSigner,
    LogRepository,
    AuditService,
    AccessRefusals,
    Sequencer,
    LogOpening,
    LogReader,
    LogEntriesRepository,
    LogEntries,
  ],
  exports: [AuditService, CheckpointSigner, LogRepository, Sequencer, LogReader, LogEntries],
})
export class AuditModule implements OnModuleInit {
  constructor(
    @Inject(Health) private readonly health: Health,
    @Inject(Sequencer) private readonly sequencer: Sequencer,
  ) {}

  onModuleInit(): void {
    this.health.add('log', () => {
      this.sequencer.requireSigning();
      return Promise.resolve();
    });
  }
}
