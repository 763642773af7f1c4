/** Every document of a study as it stood at one signed size of the log: what the leaves say and what the rows say agree. */
import { Injectable } from '@nestjs/common';
import { BUNDLE_PATHS } from '@consilium/shared/protocol';
import type { StudyDocuments } from '@consilium/shared/verify';
import { ConsiliumError, type ContentHash, type StudyId } from '@consilium/shared/vocabulary';
import type { StoredCheckpoint } from '../audit/log.repository.js';
import { Sequencer } from '../audit/sequencer.js';
import { Database } from '../database/database.js';
import { EvaluationsService } from '../evaluations/evaluations.service.js';
import { AdapterCheckpointsService } from '../models/adapter-checkpoints.service.js';
import { RoundHistoryService } from '../rounds/round-history.service.js';
import { StudiesService } from '../studies/studies.service.js';
import { BundleLogService } from './bundle-log.service.js';

/** How often a study may move on between signing and reading before the request is given up. */
const TRIES = 20;

export interface StudyEvidence {
  /** Covers every leaf of the study that there was. */
  readonly checkpoint: StoredCheckpoint;
  readonly documents: Omit<StudyDocuments, 'log'>;
  readonly blobs: readonly BlobOfBundle[];
}

export interface BlobOfBundle {
  readonly path: string;
  readonly hash: ContentHash;
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

/** The rows of a study that a bundle shows. */
@Injectable()
export class StudyRecords {
  constructor(
    private readonly studies: StudiesService,
    private readonly rounds: RoundHistoryService,
    private readonly evaluations: EvaluationsService,
    private readonly checkpoints: AdapterCheckpointsService,
  ) {}

  /** Called inside one read, so that all of it is of the same moment. */
  async read(studyId: StudyId): Promise<Pick<StudyEvidence, 'documents' | 'blobs'>> {
    const { signed } = await this.studies.get(studyId);
    const attempts = await this.rounds.attempts(studyId);
    const adapters = await this.checkpoints.all(studyId);
    const documents = {
      studyProtocol: signed,
      joins: (await this.studies.joins(studyId)).map(({ join }) => join),
      rosters: await this.studies.rosters(studyId),
      evaluations: await this.evaluations.list(studyId),
      attempts,
    };
    const sums = attempts.flatMap(({ attemptId, record }) =>
      record === undefined
        ? []
        : [{ path: BUNDLE_PATHS.ringSum(attemptId), hash: record.ringSumHash }],
    );
    const weights = adapters.map(({ roundNo, hash }) => ({
      path: BUNDLE_PATHS.adapter(roundNo),
      hash,
    }));
    return { documents, blobs: [...weights, ...sums] };
  }
}
