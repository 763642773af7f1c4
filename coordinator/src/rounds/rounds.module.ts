/** Rounds: attempts from manifest to result, driven by what sites say and by deadlines. */
import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { BlobsModule } from '../blobs/blobs.module.js';
import { ModelsModule } from '../models/models.module.js';
import { StudiesModule } from '../studies/studies.module.js';
import { UpdatesModule } from '../updates/updates.module.js';
import { AdapterExportService } from './adapter-export.service.js';
import { AttemptEnding } from './attempt-ending.js';
import { AttemptOpening } from './attempt-opening.js';
import { AttemptProgress } from './attempt-progress.js';
import { AttemptRepository } from './attempt.repository.js';
import { AttemptSealing } from './attempt-sealing.js';
import { AttemptUnmasking } from './attempt-unmasking.js';
import { AttemptVoting } from './attempt-voting.js';
import { VoteRepository } from './vote.repository.js';
import { VotesService } from './votes.service.js';
import { RoundCommit } from './round-commit.js';
import { SecureAggregator } from './secure-aggregator.js';
import { SecureAttemptRepository } from './secure-attempt.repository.js';
import { SecureProgress } from './secure-progress.js';
import { SecureRoundsService } from './secure-rounds.service.js';
import { SumDriver } from './sum-driver.js';
import { ShareFaults } from './share-faults.js';
import { AbandonmentService } from './abandonment.service.js';
import { DocumentIntake } from './document-intake.js';
import { KeyRemains } from './key-remains.js';
import { MemberRounds } from './member-rounds.js';
import { PooledFigures } from './pooled-figures.js';
import { RestoredAttempts } from './restored-attempts.js';
import { RoundAggregator } from './round-aggregator.js';
import { RoundDriver } from './round-driver.js';
import { RoundHistoryService } from './round-history.service.js';
import { RoundJournal } from './round-journal.js';
import { RoundSchedule } from './round-schedule.js';
import { RoundTimes } from './round-times.js';
import { RoundUploadsService } from './round-uploads.service.js';
import { RoundsController } from './rounds.controller.js';
import { RoundsService } from './rounds.service.js';

@Module({
  imports: [AuditModule, BlobsModule, ModelsModule, StudiesModule, UpdatesModule],
  controllers: [RoundsController],
  providers: [
    AbandonmentService,
    AdapterExportService,
    AttemptEnding,
    AttemptOpening,
    AttemptProgress,
    AttemptRepository,
    AttemptSealing,
    AttemptUnmasking,
    AttemptVoting,
    DocumentIntake,
    KeyRemains,
    MemberRounds,
    PooledFigures,
    RestoredAttempts,
    RoundAggregator,
    RoundCommit,
    RoundDriver,
    RoundHistoryService,
    RoundJournal,
    RoundSchedule,
    RoundTimes,
    RoundUploadsService,
    RoundsService,
    SecureAggregator,
    SecureAttemptRepository,
    SecureProgress,
    SecureRoundsService,
    ShareFaults,
    SumDriver,
    VoteRepository,
    VotesService,
  ],
  exports: [
    RoundHistoryService,
    RoundTimes,
    RoundsService,
    RoundUploadsService,
    SecureRoundsService,
    VotesService,
  ],
})
export class RoundsModule {}
