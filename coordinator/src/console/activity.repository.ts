/** The leaves of one study, the newest first, and how far the log goes. */
import { Injectable } from '@nestjs/common';
import type { StudyId } from '@consilium/shared/vocabulary';
import { LessThan, Like, type FindOperator } from 'typeorm';
import { LeafEntity } from '../audit/leaf.entity.js';
import type { Reader } from '../database/transaction.js';

export interface ActivityLeaf {
  readonly index: number;
  /** Canonical JSON. */
  readonly leaf: string;
}

@Injectable()
export class ActivityRepository {
  /** The index that the next leaf will have. */
  async next(reader: Reader): Promise<number> {
    const [last] = await reader.rows.find(LeafEntity, {
      select: { leafIndex: true },
      order: { leafIndex: 'DESC' },
      take: 1,
    });
    return last === undefined ? 0 : last.leafIndex + 1;
  }

  /** At most `count` leaves of a study below an index. */
  async ofStudy(
    reader: Reader,
    studyId: StudyId,
    before: number,
    count: number,
  ): Promise<ActivityLeaf[]> {
    const rows = await reader.rows.find(LeafEntity, {
      where: { leafIndex: LessThan(before), leaf: isOfStudy(studyId) },
      order: { leafIndex: 'DESC' },
      take: count,
    });
    return rows.map(({ leafIndex, leaf }) => ({ index: leafIndex, leaf }));
  }
}

/** A canonical leaf writes its study in this one way, and a study's id holds none of the wildcards of LIKE. */
function isOfStudy(studyId: StudyId): FindOperator<string> {
  return Like(`%"studyId":${JSON.stringify(studyId)}%`);
}
