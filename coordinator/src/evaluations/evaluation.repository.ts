/** The rows of evaluations. */
import { Injectable } from '@nestjs/common';
import type { Signed } from '@consilium/shared/crypto';
import { canonicalJson } from '@consilium/shared/encoding';
import { signedEvaluationSchema, type Evaluation } from '@consilium/shared/protocol';
import type { StudyId } from '@consilium/shared/vocabulary';
import type { Reader, Transaction } from '../database/transaction.js';
import { EvaluationEntity } from './evaluation.entity.js';

/** What there is one evaluation for. */
export type EvaluationPlace = Pick<Evaluation, 'studyId' | 'siteId' | 'roundNo' | 'split'>;

@Injectable()
export class EvaluationRepository {
  async insert(tx: Transaction, signed: Signed<Evaluation>): Promise<void> {
    const { studyId, siteId, roundNo, split } = signed.body;
    const evaluation = canonicalJson(signed);
    await tx.rows.insert(EvaluationEntity, { studyId, siteId, roundNo, split, evaluation });
  }

  async find(
    reader: Reader,
    { studyId, siteId, roundNo, split }: EvaluationPlace,
  ): Promise<Signed<Evaluation> | undefined> {
    const where = { studyId, siteId, roundNo, split };
    const row = await reader.rows.findOneBy(EvaluationEntity, where);
    return row === null ? undefined : toEvaluation(row);
  }

  /** By round, site and split. */
  async ofStudy(reader: Reader, studyId: StudyId): Promise<Signed<Evaluation>[]> {
    const rows = await reader.rows.find(EvaluationEntity, {
      where: { studyId },
      order: { roundNo: 'ASC', siteId: 'ASC', split: 'ASC' },
    });
    return rows.map(toEvaluation);
  }
}

function toEvaluation(row: EvaluationEntity): Signed<Evaluation> {
  return signedEvaluationSchema.parse(JSON.parse(row.evaluation));
}
