/**
 * What a site may say in an attempt, and what comes of it. One transaction a message: the document is written and the attempt
 * moves on, or nothing happens. Replays get the answer they got before. docs/protocol/v1.md section 4.
 */
import { Injectable } from '@nestjs/common';
import type { Signed } from '@consilium/shared/crypto';
import { signedHash, type Advert, type Decline } from '@consilium/shared/protocol';
import type { Phase } from '@consilium/shared/rounds';
import { ConsiliumError, type SiteId } from '@consilium/shared/vocabulary';
import type { Transaction } from '../database/transaction.js';
import { AttemptProgress } from './attempt-progress.js';
import { AttemptRepository } from './attempt.repository.js';
import type { Attempt } from './attempt.js';
import { isReplay } from './document-checks.js';
import { ACCEPTED, DocumentIntake, LATE, type Taken } from './document-intake.js';
import type { ParticipantState } from './participant.entity.js';
import { placeOf, RoundJournal } from './round-journal.js';
import { advertKeys, requireComplaint } from './secure-documents.js';

/** Who may still decline, and when: until its update is there, and until nobody waits for updates any more. */
const FREE: readonly ParticipantState[] = ['invited', 'advertised', 'shared'];
const DECLINING: readonly Phase[] = ['advertising', 'sharing', 'collecting'];

@Injectable()
export class RoundsService {
  constructor(
    private readonly intake: DocumentIntake,
    private readonly attempts: AttemptRepository,
    private readonly progress: AttemptProgress,
    private readonly journal: RoundJournal,
  ) {}

  /**
   * @throws ConsiliumError of `requireDocument` and `advertKeys`, 'conflict', 'duplicate', 'not-found' for an attempt that never
   * was.
   */
  async advert(siteId: SiteId, advert: Signed<Advert>): Promise<Taken> {
    return this.intake.take(siteId, 'advert', advert, async ({ tx, attempt, row }) => {
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

  /** @throws ConsiliumError of `requireDocument` and `requireComplaint`, 'conflict', 'not-found'. */
  async decline(siteId: SiteId, decline: Signed<Decline>): Promise<Taken> {
    return this.intake.take(siteId, 'decline', decline, async ({ tx, attempt, row, roster }) => {
      const { code, complaint } = decline.body;
      if (isReplay(row.decline, decline)) {
        return ACCEPTED;
      }
      if (!DECLINING.includes(attempt.phase) || !FREE.includes(row.state)) {
        return LATE;
      }
      if (complaint !== undefined) {
        requireComplaint(attempt, complaint, { holder: siteId, roster });
      }
      await this.attempts.say(tx, attempt.attemptId, siteId, { state: 'declined', decline });
      await this.journal.append(tx, {
        type: 'round.declined',
        ...placeOf(attempt.manifest.body),
        siteId,
        declineHash: signedHash(decline),
        code,
        ...(complaint === undefined ? {} : { dealer: complaint.shares.body.siteId }),
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
}
