/** The rows of studies, joins and rosters. */
import { Injectable } from '@nestjs/common';
import type { Signed } from '@consilium/shared/crypto';
import { canonicalJson } from '@consilium/shared/encoding';
import {
  countSchema,
  operatorIdSchema,
  signedJoinSchema,
  signedRosterSchema,
  signedSchema,
  signedWithdrawalSchema,
  studyProtocolSchema,
  type Join,
  type Roster,
  type StudyProtocol,
  type Withdrawal,
} from '@consilium/shared/protocol';
import type { StudyPhase } from '@consilium/shared/rounds';
import type { ContentHash, OperatorId, SiteId, StudyId } from '@consilium/shared/vocabulary';
import { z } from 'zod';
import { ParsedTexts } from '../database/parsed-texts.js';
import type { Reader, Transaction } from '../database/transaction.js';
import { JoinEntity } from './join.entity.js';
import { RosterEntity } from './roster.entity.js';
import type { StudyJoin, StudyPause } from './study.js';
import { StudyEntity } from './study.entity.js';

const signedProtocolSchema = signedSchema(studyProtocolSchema);
const pauseSchema = z.strictObject({
  by: operatorIdSchema,
  reason: z.string(),
  atMs: countSchema,
});

/** A roster and the leaf that made its epoch. */
export interface LoggedRoster {
  readonly roster: Signed<Roster>;
  readonly hash: ContentHash;
  readonly leafIndex: number;
}

export interface StudyRow {
  readonly studyId: StudyId;
  readonly phase: StudyPhase;
  readonly signed: Signed<StudyProtocol>;
  readonly protocolHash: ContentHash;
  readonly createdLeafIndex: number;
  readonly reason: string;
  /** Undefined where that was not recorded. */
  readonly createdBy?: OperatorId | undefined;
  /** Of a running study that people paused. */
  readonly pause?: StudyPause | undefined;
}

@Injectable()
export class StudiesRepository {
  private readonly protocols = new ParsedTexts((json) => signedProtocolSchema.parse(json));
  private readonly newestRosters = new ParsedTexts((json) => signedRosterSchema.parse(json));

  async insert(
    tx: Transaction,
    study: Omit<StudyRow, 'phase' | 'reason' | 'pause'>,
  ): Promise<void> {
    const { signed, createdBy, ...columns } = study;
    await tx.rows.insert(StudyEntity, {
      ...columns,
      phase: 'recruiting',
      protocol: canonicalJson(signed),
      reason: '',
      createdBy: createdBy ?? null,
      pause: null,
    });
  }

  async find(reader: Reader, studyId: StudyId): Promise<StudyRow | undefined> {
    const row = await reader.rows.findOneBy(StudyEntity, { studyId });
    return row === null ? undefined : this.toStudyRow(row);
  }

  async list(reader: Reader): Promise<StudyRow[]> {
    const rows = await reader.rows.find(StudyEntity, { order: { createdLeafIndex: 'ASC' } });
    return rows.map((row) => this.toStudyRow(row));
  }

  /** Whatever phase comes next begins unpaused. */
  async move(tx: Transaction, studyId: StudyId, phase: StudyPhase, reason = ''): Promise<void> {
    await tx.rows.update(StudyEntity, { studyId }, { phase, reason, pause: null });
  }

  /** @param pause null to resume */
  async setPause(tx: Transaction, studyId: StudyId, pause: StudyPause | null): Promise<void> {
    const text = pause === null ? null : JSON.stringify(pause);
    await tx.rows.update(StudyEntity, { studyId }, { pause: text });
  }

  async insertJoin(tx: Transaction, join: Signed<Join>, atMs: number): Promise<void> {
    const { studyId, siteId } = join.body;
    await tx.rows.insert(JoinEntity, { studyId, siteId, join: canonicalJson(join), atMs });
  }

  /** A site that declined says something else; the decline is kept. */
  async replaceJoin(
    tx: Transaction,
    { join: before, earlier }: StudyJoin,
    join: Signed<Join>,
    atMs: number,
  ): Promise<void> {
    const { studyId, siteId } = join.body;
    const kept = canonicalJson([...earlier, before]);
    await tx.rows.update(
      JoinEntity,
      { studyId, siteId },
      { join: canonicalJson(join), earlier: kept, atMs },
    );
  }

  async findJoin(reader: Reader, studyId: StudyId, siteId: SiteId): Promise<StudyJoin | undefined> {
    const row = await reader.rows.findOneBy(JoinEntity, { studyId, siteId });
    return row === null ? undefined : toStudyJoin(row);
  }

  async setWithdrawal(tx: Transaction, withdrawal: Signed<Withdrawal>): Promise<void> {
    const { studyId, siteId } = withdrawal.body;
    const text = canonicalJson(withdrawal);
    await tx.rows.update(JoinEntity, { studyId, siteId }, { withdrawal: text });
  }

  async findWithdrawal(
    reader: Reader,
    studyId: StudyId,
    siteId: SiteId,
  ): Promise<Signed<Withdrawal> | undefined> {
    const row = await reader.rows.findOneBy(JoinEntity, { studyId, siteId });
    return row === null ? undefined : toWithdrawal(row);
  }

  /** In the order of the sites' names. */
  async withdrawals(reader: Reader, studyId: StudyId): Promise<Signed<Withdrawal>[]> {
    const rows = await reader.rows.find(JoinEntity, {
      where: { studyId },
      order: { siteId: 'ASC' },
    });
    return rows.flatMap((row) => toWithdrawal(row) ?? []);
  }

  /** In the order of the sites' names. */
  async joins(reader: Reader, studyId: StudyId): Promise<StudyJoin[]> {
    const rows = await reader.rows.find(JoinEntity, {
      where: { studyId },
      order: { siteId: 'ASC' },
    });
    return rows.map(toStudyJoin);
  }

  async insertRoster(tx: Transaction, { roster, hash, leafIndex }: LoggedRoster): Promise<void> {
    const { studyId, epoch } = roster.body;
    const text = canonicalJson(roster);
    await tx.rows.insert(RosterEntity, { studyId, epoch, hash, leafIndex, roster: text });
  }

  /** The studies that had a roster of this hash. */
  async studiesOfRoster(reader: Reader, hash: ContentHash): Promise<StudyId[]> {
    const rows = await reader.rows.findBy(RosterEntity, { hash });
    return rows.map(({ studyId }) => studyId as StudyId);
  }

  async rosterOfHash(
    reader: Reader,
    studyId: StudyId,
    hash: ContentHash,
  ): Promise<Signed<Roster> | undefined> {
    const row = await reader.rows.findOneBy(RosterEntity, { studyId, hash });
    return row === null ? undefined : toRoster(row);
  }

  async latestRoster(reader: Reader, studyId: StudyId): Promise<LoggedRoster | undefined> {
    const row = await reader.rows.findOne(RosterEntity, {
      where: { studyId },
      order: { epoch: 'DESC' },
    });
    if (row === null) {
      return undefined;
    }
    const roster = this.newestRosters.of(row.studyId, row.roster);
    return { roster, hash: row.hash as ContentHash, leafIndex: row.leafIndex };
  }

  /** In the order of their epochs. */
  async rosters(reader: Reader, studyId: StudyId): Promise<Signed<Roster>[]> {
    const rows = await reader.rows.find(RosterEntity, {
      where: { studyId },
      order: { epoch: 'ASC' },
    });
    return rows.map(toRoster);
  }

  private toStudyRow(row: StudyEntity): StudyRow {
    return {
      studyId: row.studyId as StudyId,
      phase: row.phase as StudyPhase,
      signed: this.protocols.of(row.studyId, row.protocol),
      protocolHash: row.protocolHash as ContentHash,
      createdLeafIndex: row.createdLeafIndex,
      reason: row.reason,
      ...(row.createdBy === null ? {} : { createdBy: row.createdBy as OperatorId }),
      ...(row.pause === null ? {} : { pause: pauseSchema.parse(JSON.parse(row.pause)) }),
    };
  }
}

function toStudyJoin(row: JoinEntity): StudyJoin {
  const { join, earlier, atMs } = row;
  return {
    join: signedJoinSchema.parse(JSON.parse(join)),
    earlier: earlier === null ? [] : z.array(signedJoinSchema).parse(JSON.parse(earlier)),
    atMs,
  };
}

function toWithdrawal({ withdrawal }: JoinEntity): Signed<Withdrawal> | undefined {
  return withdrawal === null ? undefined : signedWithdrawalSchema.parse(JSON.parse(withdrawal));
}

function toRoster(row: RosterEntity): Signed<Roster> {
  return signedRosterSchema.parse(JSON.parse(row.roster));
}
