/** The tamper-evident log: append, sign, check, prove. */
import { Inject, Module, type OnModuleInit } from '@nestjs/common';
import { Health } from '../platform/health.js';
import { AccessRefusals } from './access-refusals.js';
import { AuditService } from './audit.service.js';
import { CheckpointSigner } from './checkpoint-signer.js';
import { LogController } from './log.controller.js';
import { LogOpening } from './log-opening.js';
import { LogReader } from './log-reader.service.js';
import { LogRepository } from './log.repository.js';
import { Sequencer } from './sequencer.js';

@Module({
  controllers: [LogController],
  providers: [
    CheckpointSigner,
    LogRepository,
    AuditService,
    AccessRefusals,
    Sequencer,
    LogOpening,
    LogReader,
  ],
  exports: [AuditService, CheckpointSigner, Sequencer, LogReader],
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
