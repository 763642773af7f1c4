/**
 * What a site may say in an attempt, and what comes of it. One transaction a message: the document is written and the attempt
 * moves on, or nothing happens. Replays get the answer they got before. docs/protocol/v1.md section 4.
 */
import { Injectable } from '@nestjs/common';
import type { Signed } from '@consilium/shared/crypto';
import { signedHash, type Advert, type Decline, type SiteReply } from '@consilium/shared/protocol';
import { isEnded, type Phase } from '@consilium/shared/rounds';
import { ConsiliumError, type AttemptId, type SiteId } from '@consilium/shared/vocabulary';
import { Database } from '../database/database.js';
import type { Transaction } from '../database/transaction.js';
import { StudiesService } from '../studies/studies.service.js';
import { AttemptProgress } from './attempt-progress.js';
import { AttemptRepository } from './attempt.repository.js';
import type { Attempt } from './attempt.js';
import { hasLeft, isReplay, requireDocument } from './document-checks.js';
import type { ParticipantState } from './participant.entity.js';
import { placeOf, RoundJournal } from './round-journal.js';
import { advertKeys } from './secure-documents.js';

/** What a site's word came to; whatever is wrong with it is thrown. */
export type Taken = Extract<SiteReply, { kind: 'accepted' | 'late' }>;

const ACCEPTED: Taken = { kind: 'accepted' };
const LATE: Taken = { kind: 'late' };

/** Who may still decline, and when: until its update is there, and until nobody waits for updates any more. */
const FREE: readonly ParticipantState[] = ['invited', 'advertised', 'shared'];
const DECLINING: readonly Phase[] = ['advertising', 'sharing', 'collecting'];

@Injectable()
export class RoundsService {
  constructor(
    private readonly database: Database,
    private readonly attempts: AttemptRepository,
    private readonly progress: AttemptProgress,
    private readonly studies: StudiesService,
    private readonly journal: RoundJournal,
  ) {}

  /**
   * @throws ConsiliumError of `requireDocument` and `advertKeys`, 'conflict', 'duplicate', 'not-found' for an attempt that never
   * was.
   */
  async advert(siteId: SiteId, advert: Signed<Advert>): Promise<Taken> {
    return this.database.transaction(async (tx) => {
      const attempt = await this.find(tx, advert.body.attemptId);
      if (hasLeft(attempt, siteId)) {
        return LATE;
      }
      const roster = await this.studies.rosterOf(attempt.manifest.body);
      const row = requireDocument(attempt, roster, siteId, 'advert', advert);
      if (isEnded(attempt.phase)) {
        return LATE;
      }
      if (isReplay(row.advert, advert)) {
        return ACCEPTED;
      }
      if (attempt.phase !== 'advertising' || row.state !== 'invited') {
        return LATE;
      }
      await this.requireFreshKeys(tx, attempt, advert.body);
      await this.attempts.say(tx, attempt.attemptId, siteId, { state: 'advertised', advert });
      await this.progress.advance(tx, attempt.attemptId);
      return ACCEPTED;
    });
  }

  /** @throws ConsiliumError of `requireDocument`, 'conflict', 'not-found'. */
  async decline(siteId: SiteId, decline: Signed<Decline>): Promise<Taken> {
    return this.database.transaction(async (tx) => {
      const attempt = await this.find(tx, decline.body.attemptId);
      if (hasLeft(attempt, siteId)) {
        return LATE;
      }
      const roster = await this.studies.rosterOf(attempt.manifest.body);
      const row = requireDocument(attempt, roster, siteId, 'decline', decline);
      if (isEnded(attempt.phase)) {
        return LATE;
      }
      if (isReplay(row.decline, decline)) {
        return ACCEPTED;
      }
      if (!DECLINING.includes(attempt.phase) || !FREE.includes(row.state)) {
        return LATE;
      }
      await this.attempts.say(tx, attempt.attemptId, siteId, { state: 'declined', decline });
      await this.journal.append(tx, {
        type: 'round.declined',
        ...placeOf(attempt.manifest.body),
        siteId,
        declineHash: signedHash(decline),
        code: decline.body.code,
      });
      await this.progress.advance(tx, attempt.attemptId);
      return ACCEPTED;
    });
  }

  /** Honest sites decline a set that repeats a key, and a bundle with one is not verified: one site would spoil it for all. */
  private async requireFreshKeys(tx: Transaction, attempt: Attempt, advert: Advert): Promise<void> {
    for (const key of advertKeys(attempt, advert)) {
      if (await this.attempts.hasKey(tx, advert.studyId, key)) {
        throw new ConsiliumError('duplicate', 'a key of the advert was used in this study before');
      }
    }
  }

  private async find(tx: Transaction, attemptId: AttemptId): Promise<Attempt> {
    const attempt = await this.attempts.find(tx, attemptId);
    if (attempt === undefined) {
      throw new ConsiliumError('not-found', 'no attempt has this id');
    }
    return attempt;
  }
}
