/** What only attempts write whose sites vote: the candidate, and the votes on it. */
import { Injectable } from '@nestjs/common';
import type { Signed } from '@consilium/shared/crypto';
import type { RoundRecord, Vote } from '@consilium/shared/protocol';
import type { Transaction } from '../database/transaction.js';
import { AttemptEntity } from './attempt.entity.js';
import { entering, type Entered } from './attempt.repository.js';
import { ParticipantEntity } from './participant.entity.js';
import { RoundTimes } from './round-times.js';

@Injectable()
export class VoteRepository {
  constructor(private readonly times: RoundTimes) {}

  /** @param candidate the round record that takes effect if the sites accept it */
  async propose(tx: Transaction, candidate: RoundRecord, entered: Entered): Promise<void> {
    const { attemptId } = candidate;
    await tx.rows.update(AttemptEntity, attemptId, {
      ...entering(entered),
      candidate: JSON.stringify(candidate),
    });
    await this.times.entered(tx, attemptId, entered.phase, entered.atMs);
  }

  async voted(tx: Transaction, vote: Signed<Vote>): Promise<void> {
    const { attemptId, siteId } = vote.body;
    const text = JSON.stringify(vote);
    await tx.rows.update(ParticipantEntity, { attemptId, siteId }, { vote: text });
    await this.times.heard(tx, attemptId, siteId, 'voted');
  }
}
