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
import { In } from 'typeorm';
import type { Reader, Transaction } from '../database/transaction.js';
import { AttemptEntity } from './attempt.entity.js';
import type { Attempt, Participant } from './attempt.js';
import { ParticipantEntity, type ParticipantState } from './participant.entity.js';

export interface NewAttempt {
  readonly manifest: Signed<Manifest>;
  readonly manifestHash: ContentHash;
  readonly sealedKey: Uint8Array;
  readonly openedAtMs: number;
}

/** How an attempt ended; its key goes with it. */
export type Ending =
  | { readonly phase: 'committed'; readonly record: RoundRecord; readonly atMs: number }
  | { readonly phase: 'aborted'; readonly reason: string; readonly atMs: number };

/** A document of a site, with the state that it brings. */
export type Said =
  | { readonly state: 'advertised'; readonly advert: Signed<Advert> }
  | { readonly state: 'declined'; readonly decline: Signed<Decline> };

const OPEN_PHASES: readonly Phase[] = ['advertising', 'collecting', 'sealing'];

@Injectable()
export class AttemptRepository {
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
      sealedKey: Buffer.from(attempt.sealedKey),
      openedAtMs: attempt.openedAtMs,
    });
    await tx.rows.insert(
      ParticipantEntity,
      cohort.map((siteId) => ({ attemptId, siteId, state: 'invited' as const, isPeer: false })),
    );
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
  async ofStudy(reader: Reader, studyId: StudyId): Promise<Attempt[]> {
    const rows = await reader.rows.find(AttemptEntity, {
      where: { studyId },
      order: { roundNo: 'ASC', attemptNo: 'ASC' },
    });
    const attempts: Attempt[] = [];
    for (const row of rows) {
      attempts.push(await this.withParticipants(reader, row));
    }
    return attempts;
  }

  async countOfRound(reader: Reader, studyId: StudyId, roundNo: number): Promise<number> {
    return reader.rows.countBy(AttemptEntity, { studyId, roundNo });
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

  /** Whether an advert of the study, in whichever attempt, has this transport key. */
  async hasTransportKey(tx: Transaction, studyId: StudyId, transportKey: string): Promise<boolean> {
    // Base64 holds none of the wildcards of LIKE.
    const text = JSON.stringify({ transportKey }).slice(1, -1);
    return tx.rows
      .createQueryBuilder(ParticipantEntity, 'participant')
      .innerJoin(AttemptEntity, 'attempt', 'attempt.attemptId = participant.attemptId')
      .where('attempt.studyId = :studyId', { studyId })
      .andWhere('participant.advert LIKE :advert', { advert: `%${text}%` })
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
  }

  async setHeader(tx: Transaction, header: Signed<UpdateHeader>): Promise<void> {
    const { attemptId, siteId } = header.body;
    await tx.rows.update(
      ParticipantEntity,
      { attemptId, siteId },
      { header: JSON.stringify(header) },
    );
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
  }

  async closeAdverts(
    tx: Transaction,
    attemptId: AttemptId,
    peers: readonly SiteId[],
    peersHash: ContentHash,
  ): Promise<void> {
    await tx.rows.update(AttemptEntity, attemptId, { phase: 'collecting', peersHash });
    await tx.rows.update(
      ParticipantEntity,
      { attemptId, siteId: In([...peers]) },
      { isPeer: true },
    );
  }

  async beginSealing(tx: Transaction, attemptId: AttemptId): Promise<void> {
    await tx.rows.update(AttemptEntity, attemptId, { phase: 'sealing' });
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
      sealedKey: null,
      endedAtMs: ending.atMs,
      ...(ending.phase === 'committed'
        ? { record: JSON.stringify(ending.record) }
        : { reason: ending.reason }),
    });
  }

  private async withParticipants(reader: Reader, row: AttemptEntity): Promise<Attempt> {
    const participants = await reader.rows.findBy(ParticipantEntity, { attemptId: row.attemptId });
    return toAttempt(row, participants);
  }
}

function toAttempt(row: AttemptEntity, participants: readonly ParticipantEntity[]): Attempt {
  return {
    attemptId: row.attemptId as AttemptId,
    phase: row.phase,
    manifest: JSON.parse(row.manifest) as Signed<Manifest>,
    manifestHash: row.manifestHash as ContentHash,
    openedAtMs: row.openedAtMs,
    participants: participants.map(toParticipant).sort((a, b) => (a.siteId < b.siteId ? -1 : 1)),
    ...(row.sealedKey === null ? {} : { sealedKey: row.sealedKey }),
    ...(row.peersHash === null ? {} : { peersHash: row.peersHash as ContentHash }),
    ...(row.survivors === null ? {} : { survivors: JSON.parse(row.survivors) as SiteId[] }),
    ...(row.record === null ? {} : { record: JSON.parse(row.record) as RoundRecord }),
    ...(row.reason === null ? {} : { reason: row.reason }),
    ...(row.endedAtMs === null ? {} : { endedAtMs: row.endedAtMs }),
  };
}

function toParticipant(row: ParticipantEntity): Participant {
  return {
    siteId: row.siteId as SiteId,
    state: row.state,
    isPeer: row.isPeer,
    ...(row.advert === null ? {} : { advert: JSON.parse(row.advert) as Signed<Advert> }),
    ...(row.decline === null ? {} : { decline: JSON.parse(row.decline) as Signed<Decline> }),
    ...(row.header === null ? {} : { header: JSON.parse(row.header) as Signed<UpdateHeader> }),
  };
}
