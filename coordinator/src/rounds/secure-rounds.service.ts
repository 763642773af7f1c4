/**
 * What only a site of a secure attempt says: the shares it deals, its endorsement of the survivors, its shares for taking the
 * masks off. One transaction a message, as for every other word of a site. docs/protocol/v1.md section 4.1.
 */
import { Injectable } from '@nestjs/common';
import type { Signed } from '@consilium/shared/crypto';
import type { Endorsement, ShareEntry, Shares, Unmasking } from '@consilium/shared/protocol';
import { mayUnmask } from '@consilium/shared/rounds';
import { requireDealing } from '@consilium/shared/secagg';
import { ConsiliumError, type SiteId } from '@consilium/shared/vocabulary';
import { AttemptProgress } from './attempt-progress.js';
import { peersOf, tallyOf } from './attempt.js';
import { isReplay } from './document-checks.js';
import { ACCEPTED, DocumentIntake, LATE, type Taken } from './document-intake.js';
import { RoundSchedule } from './round-schedule.js';
import { SecureAttemptRepository } from './secure-attempt.repository.js';
import { requireAnswer, requireLeaf, requireSecure } from './secure-documents.js';
import { ShareFaults } from './share-faults.js';

@Injectable()
export class SecureRoundsService {
  constructor(
    private readonly intake: DocumentIntake,
    private readonly secure: SecureAttemptRepository,
    private readonly progress: AttemptProgress,
    private readonly schedule: RoundSchedule,
    private readonly faults: ShareFaults,
  ) {}

  /** @throws ConsiliumError of `requireDocument` and `requireDealing`, 'conflict', 'wrong-state', 'not-found' */
  async shares(
    siteId: SiteId,
    shares: Signed<Shares>,
    entries: readonly ShareEntry[],
  ): Promise<Taken> {
    return this.intake.take(siteId, 'shares', shares, async ({ tx, attempt, row, identityKey }) => {
      requireSecure(attempt);
      if (attempt.peersHash === undefined) {
        throw new ConsiliumError('wrong-state', 'the set of adverts is not closed yet');
      }
      requireDealing({
        shares,
        entries,
        attempt: { ...attempt, peersHash: attempt.peersHash },
        dealer: { siteId, identityKey },
        peers: peersOf(attempt).map((peer) => peer.siteId),
      });
      if (isReplay(row.shares, shares)) {
        return ACCEPTED;
      }
      if (attempt.phase !== 'sharing' || !row.isPeer || row.state !== 'advertised') {
        return LATE;
      }
      await this.secure.dealt(tx, shares, entries);
      await this.progress.advance(tx, attempt.attemptId);
      return ACCEPTED;
    });
  }

  /** @throws ConsiliumError of `requireDocument` and `requireLeaf`, 'conflict', 'not-found' */
  async endorse(siteId: SiteId, endorsement: Signed<Endorsement>): Promise<Taken> {
    return this.intake.take(siteId, 'endorsement', endorsement, async ({ tx, attempt, row }) => {
      requireSecure(attempt);
      if (isReplay(row.endorsement, endorsement)) {
        return ACCEPTED;
      }
      requireLeaf(attempt, row, endorsement.body);
      await this.secure.endorsed(tx, endorsement);
      await this.progress.advance(tx, attempt.attemptId);
      return ACCEPTED;
    });
  }

  /**
   * A share that is not the committed one is named in the log and not counted; the rest of the answer is.
   * @throws ConsiliumError of `requireDocument`, `requireLeaf` and `requireAnswer`, 'conflict', 'wrong-state', 'not-found'
   */
  async unmask(siteId: SiteId, unmasking: Signed<Unmasking>): Promise<Taken> {
    return this.intake.take(siteId, 'unmasking', unmasking, async ({ tx, attempt, row }) => {
      requireSecure(attempt);
      const { attemptId } = attempt;
      const earlier = await this.secure.answerOf(tx, attemptId, siteId);
      if (isReplay(earlier, unmasking)) {
        return ACCEPTED;
      }
      requireLeaf(attempt, row, unmasking.body);
      requireAnswer(attempt, unmasking.body);
      if (attempt.phase !== 'unmasking' || row.endorsement === undefined) {
        throw new ConsiliumError(
          'wrong-state',
          'shares are taken once enough sites, this one among them, endorsed the survivors',
        );
      }
      await this.secure.answered(tx, unmasking);
      await this.faults.examine(tx, attempt, unmasking.body);
      const answers = await this.secure.answeredBy(tx, attemptId);
      const tally = tallyOf(attempt, answers.length);
      if (mayUnmask(attempt.phase, tally, attempt.manifest.body)) {
        await this.schedule.unmask(tx, attemptId);
      }
      return ACCEPTED;
    });
  }
}
