/** Every document of a study as it stood at one signed size of the log: what the leaves say and what the rows say agree. */
import { Injectable } from '@nestjs/common';
import { ConsiliumError, type StudyId } from '@consilium/shared/vocabulary';
import type { StoredCheckpoint } from '../audit/log.repository.js';
import { Sequencer } from '../audit/sequencer.js';
import { Database } from '../database/database.js';
import { BundleLogService } from './bundle-log.service.js';
import { StudyRecords, type RecordsOfStudy } from './study-records.js';

/** How often a study may move on between signing and reading before the request is given up. */
const TRIES = 20;

export interface StudyEvidence extends RecordsOfStudy {
  /** Covers every leaf of the study that there was. */
  readonly checkpoint: StoredCheckpoint;
}

@Injectable()
export class StudyEvidenceService {
  constructor(
    private readonly database: Database,
    private readonly sequencer: Sequencer,
    private readonly log: BundleLogService,
    private readonly records: StudyRecords,
  ) {}

  /** @throws ConsiliumError 'not-found', 'database-busy' when the study never stands still for the time of a read. */
  async collect(studyId: StudyId): Promise<StudyEvidence> {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const checkpoint = await this.sequencer.signNow();
      const evidence = await this.database.read(async () =>
        (await this.log.concernsFrom(studyId, checkpoint.size))
          ? undefined
          : { checkpoint, ...(await this.records.read(studyId)) },
      );
      if (evidence !== undefined) {
        return evidence;
      }
    }
    throw new ConsiliumError('database-busy', `${studyId} moves on too fast to be read as a whole`);
  }
}
