/** Which adapter checkpoint a study has after each round. The bytes are blobs. */
import { Injectable } from '@nestjs/common';
import { ConsiliumError, type ContentHash, type StudyId } from '@consilium/shared/vocabulary';
import { Database } from '../database/database.js';
import type { Transaction } from '../database/transaction.js';
import { ModelsRepository, type AdapterCheckpoint } from './models.repository.js';

@Injectable()
export class AdapterCheckpointsService {
  constructor(
    private readonly database: Database,
    private readonly models: ModelsRepository,
  ) {}

  /** The blobs must be stored before. */
  async record(tx: Transaction, checkpoint: AdapterCheckpoint): Promise<void> {
    await this.models.insertCheckpoint(tx, checkpoint);
  }

  /** The sum behind a candidate: from now on members of the study may read it. The blob must be stored before. */
  async recordCandidate(
    tx: Transaction,
    studyId: StudyId,
    ringSumHash: ContentHash,
  ): Promise<void> {
    await this.models.insertCandidateSum(tx, studyId, ringSumHash);
  }

  /** @throws ConsiliumError 'not-found' */
  async ofRound(studyId: StudyId, roundNo: number): Promise<AdapterCheckpoint> {
    const found = await this.database.read((reader) =>
      this.models.checkpointOfRound(reader, studyId, roundNo),
    );
    return requireFound(found, `${studyId} has no adapter checkpoint of round ${roundNo}`);
  }

  /** @throws ConsiliumError 'not-found' */
  async latest(studyId: StudyId): Promise<AdapterCheckpoint> {
    const found = await this.database.read((reader) =>
      this.models.latestCheckpoint(reader, studyId),
    );
    return requireFound(found, `${studyId} has no adapter checkpoint`);
  }

  /** From round 0 on. */
  async all(studyId: StudyId): Promise<AdapterCheckpoint[]> {
    return this.database.read((reader) => this.models.checkpoints(reader, studyId));
  }

  async studiesOfBlob(hash: ContentHash): Promise<StudyId[]> {
    return this.database.read((reader) => this.models.studiesOfBlob(reader, hash));
  }
}

function requireFound<T>(value: T | undefined, message: string): T {
  if (value === undefined) {
    throw new ConsiliumError('not-found', message);
  }
  return value;
}
