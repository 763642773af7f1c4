/** What only secure attempts write: dealt shares, the fixed sets, endorsements, answers, and in the end what was opened. */
import { Injectable } from '@nestjs/common';
import type { Signed } from '@consilium/shared/crypto';
import type {
  Endorsement,
  Revealed,
  ShareEntry,
  Shares,
  Unmasking,
  UpdateHeader,
} from '@consilium/shared/protocol';
import type { AttemptId, ContentHash, SiteId } from '@consilium/shared/vocabulary';
import { In, IsNull, Not } from 'typeorm';
import type { Reader, Transaction } from '../database/transaction.js';
import { AttemptEntity } from './attempt.entity.js';
import { entering, type Entered } from './attempt.repository.js';
import type { SurvivorsLeaf } from './attempt.js';
import { ParticipantEntity } from './participant.entity.js';
import { RoundSecretsEntity } from './round-secrets.entity.js';
import { RoundTimes } from './round-times.js';

/** What a site committed to of each share that it dealt, without the boxes, which are most of the bytes. */
type Commitments = ReadonlyMap<SiteId, readonly ShareEntry[]>;

/** Attempts whose commitments stay parsed, a few megabytes each with 128 sites; a study unmasks one at a time. */
const KEPT_ATTEMPTS = 4;

@Injectable()
export class SecureAttemptRepository {
  /** In the order in which they were read. */
  private readonly kept = new Map<AttemptId, Commitments>();

  constructor(private readonly times: RoundTimes) {}

  /** A site's word on its shares, and the shares; its state becomes `shared`. */
  async dealt(
    tx: Transaction,
    shares: Signed<Shares>,
    entries: readonly ShareEntry[],
  ): Promise<void> {
    const { attemptId, siteId } = shares.body;
    await tx.rows.update(
      ParticipantEntity,
      { attemptId, siteId },
      { state: 'shared', shares: JSON.stringify(shares) },
    );
    await tx.rows.insert(RoundSecretsEntity, {
      attemptId,
      siteId,
      entries: JSON.stringify(entries),
    });
    await this.times.heard(tx, attemptId, siteId, 'shared');
  }

  /** What each site dealt that did. */
  async entries(
    reader: Reader,
    attemptId: AttemptId,
  ): Promise<ReadonlyMap<SiteId, readonly ShareEntry[]>> {
    const rows = await reader.rows.findBy(RoundSecretsEntity, {
      attemptId,
      entries: Not(IsNull()),
    });
    return new Map(
      rows.map(({ siteId, entries }) => [
        siteId as SiteId,
        JSON.parse(entries ?? '[]') as readonly ShareEntry[],
      ]),
    );
  }

  /**
   * The entries without their boxes, of an attempt whose U2 is fixed: from then on they do not change, so that each of n answers
   * is held to them without reading n dealings again.
   */
  async commitments(reader: Reader, attemptId: AttemptId): Promise<Commitments> {
    const kept = this.kept.get(attemptId) ?? withoutBoxes(await this.entries(reader, attemptId));
    this.kept.set(attemptId, kept);
    for (const earliest of [...this.kept.keys()].slice(0, -KEPT_ATTEMPTS)) {
      this.kept.delete(earliest);
    }
    return kept;
  }

  /** U2 is fixed. */
  async closeShares(
    tx: Transaction,
    attemptId: AttemptId,
    sharers: readonly SiteId[],
    closed: Entered & { readonly sharersHash: ContentHash },
  ): Promise<void> {
    await tx.rows.update(AttemptEntity, attemptId, entering(closed));
    await tx.rows.update(
      ParticipantEntity,
      { attemptId, siteId: In([...sharers]) },
      { isSharer: true },
    );
    await this.times.entered(tx, attemptId, closed.phase, closed.atMs);
  }

  /** U3 is fixed by a leaf. */
  async fixSurvivors(
    tx: Transaction,
    attemptId: AttemptId,
    survivors: readonly SiteId[],
    fixed: Entered & { readonly leaf: SurvivorsLeaf },
  ): Promise<void> {
    const { leaf, ...entered } = fixed;
    await tx.rows.update(AttemptEntity, attemptId, {
      ...entering(entered),
      survivors: JSON.stringify(survivors),
      survivorsLeaf: JSON.stringify(leaf),
    });
    await this.times.entered(tx, attemptId, entered.phase, entered.atMs);
  }

  /** Which trainings the site's updates came from that lists of survivors of the round name. */
  async namedTrainings(
    reader: Reader,
    { studyId, roundNo, siteId }: Pick<UpdateHeader, 'studyId' | 'roundNo' | 'siteId'>,
  ): Promise<readonly number[]> {
    const attempts = await reader.rows.find(AttemptEntity, {
      select: { attemptId: true, survivors: true },
      where: { studyId, roundNo, survivorsLeaf: Not(IsNull()) },
    });
    const naming = attempts.filter(({ survivors }) =>
      (JSON.parse(survivors ?? '[]') as readonly SiteId[]).includes(siteId),
    );
    const rows = await reader.rows.find(ParticipantEntity, {
      select: { header: true },
      where: { siteId, attemptId: In(naming.map(({ attemptId }) => attemptId)) },
    });
    return rows.flatMap(({ header }) => {
      const payload =
        header === null ? undefined : (JSON.parse(header) as Signed<UpdateHeader>).body.payload;
      return payload?.kind === 'masked' ? [payload.training] : [];
    });
  }

  async endorsed(tx: Transaction, endorsement: Signed<Endorsement>): Promise<void> {
    const { attemptId, siteId } = endorsement.body;
    const text = JSON.stringify(endorsement);
    await tx.rows.update(ParticipantEntity, { attemptId, siteId }, { endorsement: text });
    await this.times.heard(tx, attemptId, siteId, 'endorsed');
  }

  async answered(tx: Transaction, unmasking: Signed<Unmasking>): Promise<void> {
    const { attemptId, siteId } = unmasking.body;
    const text = JSON.stringify(unmasking);
    await tx.rows.update(RoundSecretsEntity, { attemptId, siteId }, { unmasking: text });
    await this.times.heard(tx, attemptId, siteId, 'answered');
  }

  /** The shares for unmasking of one site, if they are there. */
  async answerOf(
    reader: Reader,
    attemptId: AttemptId,
    siteId: SiteId,
  ): Promise<Signed<Unmasking> | undefined> {
    const row = await reader.rows.findOne(RoundSecretsEntity, {
      select: { unmasking: true },
      where: { attemptId, siteId, unmasking: Not(IsNull()) },
    });
    return row?.unmasking == null ? undefined : (JSON.parse(row.unmasking) as Signed<Unmasking>);
  }

  /** The shares for unmasking that are there, in the order of their sites. */
  async answers(reader: Reader, attemptId: AttemptId): Promise<Signed<Unmasking>[]> {
    const rows = await reader.rows.find(RoundSecretsEntity, {
      where: { attemptId, unmasking: Not(IsNull()) },
      order: { siteId: 'ASC' },
    });
    return rows.flatMap(({ unmasking }) =>
      unmasking === null ? [] : [JSON.parse(unmasking) as Signed<Unmasking>],
    );
  }

  /** Whose shares for unmasking are there. */
  async answeredBy(reader: Reader, attemptId: AttemptId): Promise<SiteId[]> {
    const rows = await reader.rows.find(RoundSecretsEntity, {
      select: { siteId: true },
      where: { attemptId, unmasking: Not(IsNull()) },
    });
    return rows.map(({ siteId }) => siteId as SiteId);
  }

  async setRevealed(tx: Transaction, revealed: Revealed): Promise<void> {
    await tx.rows.update(AttemptEntity, revealed.attemptId, { revealed: JSON.stringify(revealed) });
  }

  /** Boxes, commitments and answers of an attempt that ended; `secure_delete` overwrites their bytes. */
  async erase(tx: Transaction, attemptId: AttemptId): Promise<void> {
    await tx.rows.delete(RoundSecretsEntity, { attemptId });
    tx.afterCommit(() => {
      this.kept.delete(attemptId);
    });
  }
}

function withoutBoxes(entries: ReadonlyMap<SiteId, readonly ShareEntry[]>): Commitments {
  return new Map(
    Array.from(entries, ([dealer, dealt]) => [
      dealer,
      dealt.map(({ holder, selfSeed, maskKey }) => ({ holder, selfSeed, maskKey })),
    ]),
  );
}
