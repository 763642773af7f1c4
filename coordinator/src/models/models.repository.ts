/** The rows of backbones and adapter checkpoints. */
import { Injectable } from '@nestjs/common';
import { canonicalJson } from '@consilium/shared/encoding';
import { backboneDescriptionSchema, type BackboneDescription } from '@consilium/shared/protocol';
import type { ContentHash, StudyId } from '@consilium/shared/vocabulary';
import type { Reader, Transaction } from '../database/transaction.js';
import { AdapterCheckpointEntity } from './adapter-checkpoint.entity.js';
import { CandidateSumEntity } from './candidate-sum.entity.js';
import { BackboneEntity } from './backbone.entity.js';

export interface AdapterCheckpoint {
  readonly studyId: StudyId;
  readonly roundNo: number;
  readonly hash: ContentHash;
  /** The sum it was made from; absent for round 0. */
  readonly ringSumHash?: ContentHash;
}

@Injectable()
export class ModelsRepository {
  async insertBackbone(
    tx: Transaction,
    description: BackboneDescription,
    registeredAtMs: number,
  ): Promise<void> {
    await tx.rows.insert(BackboneEntity, {
      hash: description.hash,
      description: canonicalJson(description),
      registeredAtMs,
    });
  }

  async findBackbone(reader: Reader, hash: ContentHash): Promise<BackboneDescription | undefined> {
    const row = await reader.rows.findOneBy(BackboneEntity, { hash });
    return row === null ? undefined : toDescription(row);
  }

  async listBackbones(reader: Reader): Promise<BackboneDescription[]> {
    const rows = await reader.rows.find(BackboneEntity, { order: { hash: 'ASC' } });
    return rows.map(toDescription);
  }

  async insertCheckpoint(tx: Transaction, checkpoint: AdapterCheckpoint): Promise<void> {
    await tx.rows.insert(AdapterCheckpointEntity, {
      ...checkpoint,
      ringSumHash: checkpoint.ringSumHash ?? '',
    });
  }

  /** A sum that comes again, as after the same updates, is the same row. */
  async insertCandidateSum(
    tx: Transaction,
    studyId: StudyId,
    ringSumHash: ContentHash,
  ): Promise<void> {
    if (!(await tx.rows.existsBy(CandidateSumEntity, { studyId, ringSumHash }))) {
      await tx.rows.insert(CandidateSumEntity, { studyId, ringSumHash });
    }
  }

  async checkpoints(reader: Reader, studyId: StudyId): Promise<AdapterCheckpoint[]> {
    const rows = await reader.rows.find(AdapterCheckpointEntity, {
      where: { studyId },
      order: { roundNo: 'ASC' },
    });
    return rows.map(toCheckpoint);
  }

  async latestCheckpoint(reader: Reader, studyId: StudyId): Promise<AdapterCheckpoint | undefined> {
    const row = await reader.rows.findOne(AdapterCheckpointEntity, {
      where: { studyId },
      order: { roundNo: 'DESC' },
    });
    return row === null ? undefined : toCheckpoint(row);
  }

  async checkpointOfRound(
    reader: Reader,
    studyId: StudyId,
    roundNo: number,
  ): Promise<AdapterCheckpoint | undefined> {
    const row = await reader.rows.findOneBy(AdapterCheckpointEntity, { studyId, roundNo });
    return row === null ? undefined : toCheckpoint(row);
  }

  /** The studies whose checkpoints or ring sums have this hash; those of candidates too. */
  async studiesOfBlob(reader: Reader, hash: ContentHash): Promise<StudyId[]> {
    const rows = await reader.rows.find(AdapterCheckpointEntity, {
      where: [{ hash }, { ringSumHash: hash }],
    });
    const candidates = await reader.rows.findBy(CandidateSumEntity, { ringSumHash: hash });
    return [...new Set([...rows, ...candidates].map(({ studyId }) => studyId as StudyId))];
  }
}

function toDescription(row: BackboneEntity): BackboneDescription {
  return backboneDescriptionSchema.parse(JSON.parse(row.description));
}

function toCheckpoint(row: AdapterCheckpointEntity): AdapterCheckpoint {
  return {
    studyId: row.studyId as StudyId,
    roundNo: row.roundNo,
    hash: row.hash as ContentHash,
    ...(row.ringSumHash === '' ? {} : { ringSumHash: row.ringSumHash as ContentHash }),
  };
}
