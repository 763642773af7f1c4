/** Takes the votes of sites on a candidate. One transaction a message, as for every other word of a site. docs/protocol/v1.md section 4.2. */
import { Injectable } from '@nestjs/common';
import { contentHashOf, type Signed } from '@consilium/shared/crypto';
import type { Vote } from '@consilium/shared/protocol';
import { ConsiliumError, type SiteId } from '@consilium/shared/vocabulary';
import { AttemptProgress } from './attempt-progress.js';
import type { Attempt } from './attempt.js';
import { isReplay } from './document-checks.js';
import { ACCEPTED, DocumentIntake, type Taken } from './document-intake.js';
import { VoteRepository } from './vote.repository.js';

@Injectable()
export class VotesService {
  constructor(
    private readonly intake: DocumentIntake,
    private readonly votes: VoteRepository,
    private readonly progress: AttemptProgress,
  ) {}

  /**
   * @throws ConsiliumError of `requireDocument`, 'conflict', 'not-found'; 'wrong-state' before there is a candidate, 'not-permitted'
   * of a site that is not in the sum, 'bad-message' about another candidate
   */
  async vote(siteId: SiteId, vote: Signed<Vote>): Promise<Taken> {
    return this.intake.take(siteId, 'vote', vote, async ({ tx, attempt, row }) => {
      if (isReplay(row.vote, vote)) {
        return ACCEPTED;
      }
      requireVoter(attempt, vote.body);
      await this.votes.voted(tx, vote);
      await this.progress.advance(tx, attempt.attemptId);
      return ACCEPTED;
    });
  }
}

function requireVoter({ candidate }: Attempt, { siteId, recordHash }: Vote): void {
  if (candidate === undefined) {
    throw new ConsiliumError('wrong-state', 'the attempt has no candidate to vote on');
  }
  if (!candidate.survivors.includes(siteId)) {
    throw new ConsiliumError('not-permitted', `the update of ${siteId} is not in the sum`);
  }
  if (contentHashOf(candidate) !== recordHash) {
    throw new ConsiliumError('bad-message', 'the vote is about another candidate');
  }
}
