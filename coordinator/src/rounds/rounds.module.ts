/** Rounds: attempts from manifest to result, driven by what sites say and by deadlines. */
import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { BlobsModule } from '../blobs/blobs.module.js';
import { ModelsModule } from '../models/models.module.js';
import { StudiesModule } from '../studies/studies.module.js';
import { UpdatesModule } from '../updates/updates.module.js';
import { AttemptEnding } from './attempt-ending.js';
import { AttemptOpening } from './attempt-opening.js';
import { AttemptProgress } from './attempt-progress.js';
import { AttemptRepository } from './attempt.repository.js';
import { AttemptSealing } from './attempt-sealing.js';
import { KeyRemains } from './key-remains.js';
import { MemberRounds } from './member-rounds.js';
import { RoundAggregator } from './round-aggregator.js';
import { RoundDriver } from './round-driver.js';
import { RoundHistoryService } from './round-history.service.js';
import { RoundJournal } from './round-journal.js';
import { RoundSchedule } from './round-schedule.js';
import { RoundUploadsService } from './round-uploads.service.js';
import { RoundsController } from './rounds.controller.js';
import { RoundsService } from './rounds.service.js';

@Module({
  imports: [AuditModule, BlobsModule, ModelsModule, StudiesModule, UpdatesModule],
  controllers: [RoundsController],
  providers: [
    AttemptEnding,
    AttemptOpening,
    AttemptProgress,
    AttemptRepository,
    AttemptSealing,
    KeyRemains,
    MemberRounds,
    RoundAggregator,
    RoundDriver,
    RoundHistoryService,
    RoundJournal,
    RoundSchedule,
    RoundUploadsService,
    RoundsService,
  ],
  exports: [RoundHistoryService, RoundsService, RoundUploadsService],
})
export class RoundsModule {}
