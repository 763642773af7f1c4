/**
 * What only a site of a secure attempt says: the shares it deals, its endorsement of the survivors, its shares for taking the
 * masks off. One transaction a message, as for every other word of a site. docs/protocol/v1.md section 4.1.
 */
import { Injectable } from '@nestjs/common';
import type { Signed, SigningDomain } from '@consilium/shared/crypto';
import { fromBase64, type Json } from '@consilium/shared/encoding';
import type { Endorsement, ShareEntry, Shares, Unmasking } from '@consilium/shared/protocol';
import { isEnded, mayUnmask } from '@consilium/shared/rounds';
import { requireDealing } from '@consilium/shared/secagg';
import { ConsiliumError, type SiteId } from '@consilium/shared/vocabulary';
import { Database } from '../database/database.js';
import type { Transaction } from '../database/transaction.js';
import { StudiesService } from '../studies/studies.service.js';
import { AttemptProgress } from './attempt-progress.js';
import { AttemptRepository } from './attempt.repository.js';
import { peersOf, tallyOf, type Attempt, type Participant } from './attempt.js';
import {
  hasLeft,
  isReplay,
  requireDocument,
  requireMember,
  type AttemptDocument,
} from './document-checks.js';
import { RoundSchedule } from './round-schedule.js';
import type { Taken } from './rounds.service.js';
import { SecureAttemptRepository } from './secure-attempt.repository.js';
import { requireAnswer, requireLeaf, requireSecure } from './secure-documents.js';
import { ShareFaults } from './share-faults.js';

const ACCEPTED: Taken = { kind: 'accepted' };
const LATE: Taken = { kind: 'late' };

/** What the rules of one kind of document look at. */
interface Arrival {
  readonly tx: Transaction;
  readonly attempt: Attempt;
  readonly row: Participant;
  /** Of the site, by the roster of the attempt. */
  readonly identityKey: string;
}

@Injectable()
export class SecureRoundsService {
  constructor(
    private readonly database: Database,
    private readonly attempts: AttemptRepository,
    private readonly secure: SecureAttemptRepository,
    private readonly progress: AttemptProgress,
    private readonly studies: StudiesService,
    private readonly schedule: RoundSchedule,
    private readonly faults: ShareFaults,
  ) {}

  /** @throws ConsiliumError of `requireDocument` and `requireDealing`, 'conflict', 'wrong-state', 'not-found' */
  async shares(
    siteId: SiteId,
    shares: Signed<Shares>,
    entries: readonly ShareEntry[],
  ): Promise<Taken> {
    return this.take(siteId, 'shares', shares, async (arrival) => {
      const { tx, attempt, row } = arrival;
      if (attempt.peersHash === undefined) {
        throw new ConsiliumError('wrong-state', 'the set of adverts is not closed yet');
      }
      requireDealing({
        shares,
        entries,
        attempt: { ...attempt, peersHash: attempt.peersHash },
        dealer: { siteId, identityKey: fromBase64(arrival.identityKey) },
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
    return this.take(siteId, 'endorsement', endorsement, async ({ tx, attempt, row }) => {
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
    return this.take(siteId, 'unmasking', unmasking, async ({ tx, attempt, row }) => {
      const { attemptId } = attempt;
      const answers = await this.secure.answers(tx, attemptId);
      const earlier = answers.find(({ body }) => body.siteId === siteId);
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
      const tally = tallyOf(attempt, answers.length + 1);
      if (mayUnmask(attempt.phase, tally, attempt.manifest.body)) {
        await this.schedule.unmask(tx, attemptId);
      }
      return ACCEPTED;
    });
  }

  private async take<T extends AttemptDocument & Json>(
    siteId: SiteId,
    domain: SigningDomain,
    signed: Signed<T>,
    rules: (arrival: Arrival) => Promise<Taken>,
  ): Promise<Taken> {
    return this.database.transaction(async (tx) => {
      const attempt = await this.attempts.find(tx, signed.body.attemptId);
      if (attempt === undefined) {
        throw new ConsiliumError('not-found', 'no attempt has this id');
      }
      if (hasLeft(attempt, siteId)) {
        return LATE;
      }
      const roster = await this.studies.rosterOf(attempt.manifest.body);
      const row = requireDocument(attempt, roster, siteId, domain, signed);
      requireSecure(attempt);
      const { identityKey } = requireMember(roster, siteId);
      return isEnded(attempt.phase) ? LATE : rules({ tx, attempt, row, identityKey });
    });
  }
}
