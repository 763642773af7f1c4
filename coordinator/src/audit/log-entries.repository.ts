/** Leaves found by what they are about, the newest first. */
import { Injectable } from '@nestjs/common';
import { And, In, LessThan, MoreThanOrEqual, type FindOptionsWhere } from 'typeorm';
import type { Reader } from '../database/transaction.js';
import { LeafSubjectEntity } from './leaf-subject.entity.js';
import { LeafEntity } from './leaf.entity.js';

export interface EntryFilter {
  readonly round?: number | undefined;
  readonly site?: string | undefined;
  readonly kind?: string | undefined;
  /** Milliseconds since 1970; the first moment that counts. */
  readonly fromMs?: number | undefined;
  /** The first moment that no longer counts. */
  readonly untilMs?: number | undefined;
}

export interface EntryPage {
  /** Only leaves below this index. */
  readonly before: number;
  readonly count: number;
}

export interface Entry {
  readonly index: number;
  /** Canonical JSON. */
  readonly leaf: string;
}

/** The leaves that concern all studies. */
export const NO_STUDY = '';

@Injectable()
export class LogEntriesRepository {
  /**
   * One question of the index for each study, because each is then answered from its end; the newest of all are taken.
   * @param studies undefined for all of them; `NO_STUDY` stands for the leaves that concern all studies
   */
  async find(
    reader: Reader,
    studies: readonly string[] | undefined,
    filter: EntryFilter,
    page: EntryPage,
  ): Promise<Entry[]> {
    const found: number[] = [];
    for (const studyId of studies ?? [undefined]) {
      found.push(...(await this.indexes(reader, studyId, filter, page)));
    }
    const newest = found.toSorted((a, b) => b - a).slice(0, page.count);
    const rows = await reader.rows.find(LeafEntity, {
      select: { leafIndex: true, leaf: true },
      where: { leafIndex: In(newest) },
      order: { leafIndex: 'DESC' },
    });
    return rows.map(({ leafIndex, leaf }) => ({ index: leafIndex, leaf }));
  }

  private async indexes(
    reader: Reader,
    studyId: string | undefined,
    { round, site = '', kind, fromMs, untilMs }: EntryFilter,
    { before, count }: EntryPage,
  ): Promise<number[]> {
    const where: FindOptionsWhere<LeafSubjectEntity> = {
      siteId: site,
      leafIndex: LessThan(before),
      ...(studyId === undefined ? {} : { studyId }),
      ...(round === undefined ? {} : { roundNo: round }),
      ...(kind === undefined ? {} : { type: kind }),
      ...timeWhere(fromMs, untilMs),
    };
    const rows = await reader.rows.find(LeafSubjectEntity, {
      select: { leafIndex: true, siteId: true },
      where,
      order: { leafIndex: 'DESC' },
      take: count,
    });
    return rows.map(({ leafIndex }) => leafIndex);
  }
}

function timeWhere(
  fromMs: number | undefined,
  untilMs: number | undefined,
): FindOptionsWhere<LeafSubjectEntity> {
  const bounds = [
    ...(fromMs === undefined ? [] : [MoreThanOrEqual(fromMs)]),
    ...(untilMs === undefined ? [] : [LessThan(untilMs)]),
  ];
  return bounds.length === 0 ? {} : { atMs: And(...bounds) };
}
