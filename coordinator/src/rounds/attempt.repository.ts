/** Attempts and participants: rows to domain and back. */
import { Injectable } from '@nestjs/common';
import type { Signed } from '@consilium/shared/crypto';
import type {
  Advert,
  Decline,
  Manifest,
  RoundRecord,
  UpdateHeader,
} from '@consilium/shared/protocol';
import type { Phase } from '@consilium/shared/rounds';
import type { AttemptId, ContentHash, SiteId, StudyId } from '@consilium/shared/vocabulary';
import { Between, In, MoreThanOrEqual, type FindOperator, type FindOptionsWhere } from 'typeorm';
import type { Reader, Transaction } from '../database/transaction.js';
import { AttemptEntity } from './attempt.entity.js';
import { toAttempt } from './attempt-rows.js';
import type { Attempt } from './attempt.js';
import { ParticipantEntity, type ParticipantState } from './participant.entity.js';
import { RoundTimes } from './round-times.js';

export interface NewAttempt {
  readonly manifest: Signed<Manifest>;
  readonly manifestHash: ContentHash;
  /** Absent in a secure attempt, which has no aggregation key. */
  readonly sealedKey?: Uint8Array;
  readonly openedAtMs: number;
}

/** How an attempt ended; its key goes with it. */
export type Ending =
  | { readonly phase: 'committed'; readonly record: RoundRecord; readonly atMs: number }
  | { readonly phase: 'aborted'; readonly reason: string; readonly atMs: number };

/** Rounds one after another. */
export interface PartOfRounds {
  /** The first of them. */
  readonly from: number;
  /** To the newest one if it is absent. */
  readonly count?: number | undefined;
}

/** The phase that an attempt comes into, and when. */
export interface Entered {
  readonly phase: Phase;
  readonly atMs: number;
}

/** A document of a site, with the state that it brings. */
export type Said =
  | { readonly state: 'advertised'; readonly advert: Signed<Advert> }
  | { readonly state: 'declined'; readonly decline: Signed<Decline> };

const OPEN_PHASES: readonly Phase[] = [
  'advertising',
  'sharing',
  'collecting',
  'sealing',
  'unmasking',
  'voting',
];

@Injectable()
export class AttemptRepository {
  constructor(private readonly times: RoundTimes) {}

  async insert(tx: Transaction, attempt: NewAttempt): Promise<void> {
    const { attemptId, studyId, roundNo, attemptNo, cohort } = attempt.manifest.body;
    await tx.rows.insert(AttemptEntity, {
      attemptId,
      studyId,
      roundNo,
      attemptNo,
      phase: 'advertising',
      manifest: JSON.stringify(attempt.manifest),
      manifestHash: attempt.manifestHash,
      sealedKey: attempt.sealedKey === undefined ? null : Buffer.from(attempt.sealedKey),
      openedAtMs: attempt.openedAtMs,
      phaseSinceMs: attempt.openedAtMs,
    });
    await tx.rows.insert(
      ParticipantEntity,
      cohort.map((siteId) => ({
        attemptId,
        siteId,
        state: 'invited' as const,
        isPeer: false,
        isSharer: false,
      })),
    );
    await this.times.entered(tx, attemptId, 'advertising', attempt.openedAtMs);
  }

  async find(reader: Reader, attemptId: AttemptId): Promise<Attempt | undefined> {
    const row = await reader.rows.findOneBy(AttemptEntity, { attemptId });
    return row === null ? undefined : this.withParticipants(reader, row);
  }

  /** The attempt of a study that has not ended; there is one at most. */
  async findOpen(reader: Reader, studyId: StudyId): Promise<Attempt | undefined> {
    const row = await reader.rows.findOneBy(AttemptEntity, { studyId, phase: In(OPEN_PHASES) });
    return row === null ? undefined : this.withParticipants(reader, row);
  }

  /** The attempts of a study in the order in which they began. */
  async ofStudy(reader: Reader, studyId: StudyId, part?: PartOfRounds): Promise<Attempt[]> {
    return this.inOrder(reader, {
      studyId,
      ...(part === undefined ? {} : { roundNo: within(part) }),
    });
  }

  /** The attempts of a round in the order in which they began. */
  async ofRound(reader: Reader, studyId: StudyId, roundNo: number): Promise<Attempt[]> {
    return this.inOrder(reader, { studyId, roundNo });
  }

  /** @returns how many attempts of the round closed their adverts, and how many since then waited for sites in vain. */
  async countOfRound(
    reader: Reader,
    studyId: StudyId,
    roundNo: number,
  ): Promise<{ readonly begun: number; readonly waitedFor: number }> {
    const rows = await reader.rows.find(AttemptEntity, {
      select: { peersHash: true, attemptNo: true },
      where: { studyId, roundNo },
      order: { attemptNo: 'ASC' },
    });
    const hasSites = rows.map(({ peersHash }) => peersHash !== null);
    const begun = hasSites.filter(Boolean).length;
    return { begun, waitedFor: rows.length - 1 - hasSites.lastIndexOf(true) };
  }

  /** Whether the attempt has not ended. */
  async isOpen(reader: Reader, attemptId: AttemptId): Promise<boolean> {
    return reader.rows.existsBy(AttemptEntity, { attemptId, phase: In(OPEN_PHASES) });
  }

  /** The attempts whose updates are still needed. */
  async openIds(reader: Reader): Promise<AttemptId[]> {
    const rows = await reader.rows.findBy(AttemptEntity, { phase: In(OPEN_PHASES) });
    return rows.map(({ attemptId }) => attemptId as AttemptId);
  }

  /** Whether an advert of the study, in whichever attempt, has this transport key or mask key. */
  async hasKey(tx: Transaction, studyId: StudyId, key: string): Promise<boolean> {
    // Base64 holds none of the wildcards of LIKE.
    const texts = [{ transportKey: key }, { maskKey: key }].map(
      (member) => `%${JSON.stringify(member).slice(1, -1)}%`,
    );
    return tx.rows
      .createQueryBuilder(ParticipantEntity, 'participant')
      .innerJoin(AttemptEntity, 'attempt', 'attempt.attemptId = participant.attemptId')
      .where('attempt.studyId = :studyId', { studyId })
      .andWhere('(participant.advert LIKE :transport OR participant.advert LIKE :mask)', {
        transport: texts[0],
        mask: texts[1],
      })
      .getExists();
  }

  async say(tx: Transaction, attemptId: AttemptId, siteId: SiteId, said: Said): Promise<void> {
    const document =
      said.state === 'advertised'
        ? { advert: JSON.stringify(said.advert) }
        : { decline: JSON.stringify(said.decline) };
    await tx.rows.update(
      ParticipantEntity,
      { attemptId, siteId },
      { state: said.state, ...document },
    );
    await this.times.heard(tx, attemptId, siteId, said.state);
  }

  async setHeader(tx: Transaction, header: Signed<UpdateHeader>): Promise<void> {
    const { attemptId, siteId } = header.body;
    await tx.rows.update(
      ParticipantEntity,
      { attemptId, siteId },
      { header: JSON.stringify(header) },
    );
    await this.times.heard(tx, attemptId, siteId, 'sending');
  }

  async setState(
    tx: Transaction,
    attemptId: AttemptId,
    siteIds: readonly SiteId[],
    state: ParticipantState,
  ): Promise<void> {
    if (siteIds.length > 0) {
      await tx.rows.update(ParticipantEntity, { attemptId, siteId: In([...siteIds]) }, { state });
    }
    if (state === 'updated') {
      for (const siteId of siteIds) {
        await this.times.heard(tx, attemptId, siteId, state);
      }
    }
  }

  async closeAdverts(
    tx: Transaction,
    attemptId: AttemptId,
    peers: readonly SiteId[],
    closed: Entered & { readonly peersHash: ContentHash },
  ): Promise<void> {
    await tx.rows.update(AttemptEntity, attemptId, entering(closed));
    await tx.rows.update(
      ParticipantEntity,
      { attemptId, siteId: In([...peers]) },
      { isPeer: true },
    );
    await this.times.entered(tx, attemptId, closed.phase, closed.atMs);
  }

  async enter(tx: Transaction, attemptId: AttemptId, entered: Entered): Promise<void> {
    await tx.rows.update(AttemptEntity, attemptId, entering(entered));
    await this.times.entered(tx, attemptId, entered.phase, entered.atMs);
  }

  async setSurvivors(
    tx: Transaction,
    attemptId: AttemptId,
    survivors: readonly SiteId[],
  ): Promise<void> {
    await tx.rows.update(AttemptEntity, attemptId, { survivors: JSON.stringify(survivors) });
  }

  /** The sealed key is gone from the row; `secure_delete` overwrites its bytes. */
  async end(tx: Transaction, attemptId: AttemptId, ending: Ending): Promise<void> {
    await tx.rows.update(AttemptEntity, attemptId, {
      phase: ending.phase,
      phaseSinceMs: ending.atMs,
      sealedKey: null,
      endedAtMs: ending.atMs,
      ...(ending.phase === 'committed'
        ? { record: JSON.stringify(ending.record) }
        : { reason: ending.reason }),
    });
    await this.times.entered(tx, attemptId, ending.phase, ending.atMs);
  }

  private async inOrder(
    reader: Reader,
    where: FindOptionsWhere<AttemptEntity>,
  ): Promise<Attempt[]> {
    const order = { roundNo: 'ASC', attemptNo: 'ASC' } as const;
    const rows = await reader.rows.find(AttemptEntity, { where, order });
    const attempts: Attempt[] = [];
    for (const row of rows) {
      attempts.push(await this.withParticipants(reader, row));
    }
    return attempts;
  }

  private async withParticipants(reader: Reader, row: AttemptEntity): Promise<Attempt> {
    const participants = await reader.rows.findBy(ParticipantEntity, { attemptId: row.attemptId });
    return toAttempt(row, participants);
  }
}

function within({ from, count }: PartOfRounds): FindOperator<number> {
  return count === undefined ? MoreThanOrEqual(from) : Between(from, from + count - 1);
}

/** The columns of a change of phase. */
export function entering<T extends Entered>({ atMs, ...columns }: T) {
  return { ...columns, phaseSinceMs: atMs };
}
