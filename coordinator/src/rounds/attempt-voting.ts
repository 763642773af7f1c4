/**
 * Shows the sites of a sum what came of it, and ends the attempt as they decide. Both steps are leaves, so nobody is asked about one
 * candidate and gets another. docs/protocol/v1.md section 4.2.
 */
import { Injectable } from '@nestjs/common';
import { contentHashOf } from '@consilium/shared/crypto';
import { votesHash, type RoundRecord } from '@consilium/shared/protocol';
import { step, type Step } from '@consilium/shared/rounds';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import type { Transaction } from '../database/transaction.js';
import { AdapterCheckpointsService } from '../models/adapter-checkpoints.service.js';
import { AttemptEnding } from './attempt-ending.js';
import { tallyOf, votesOf, type Attempt } from './attempt.js';
import { placeOf, RoundJournal } from './round-journal.js';
import { RoundSchedule } from './round-schedule.js';
import { VoteRepository } from './vote.repository.js';

@Injectable()
export class AttemptVoting {
  constructor(
    private readonly votes: VoteRepository,
    private readonly journal: RoundJournal,
    private readonly schedule: RoundSchedule,
    private readonly checkpoints: AdapterCheckpointsService,
    private readonly ending: AttemptEnding,
  ) {}

  /** Each site of the sum has one vote. A site that is busy or away has as long as for a training. */
  async propose(tx: Transaction, attempt: Attempt, candidate: RoundRecord): Promise<void> {
    const { attemptId, manifest, phase } = attempt;
    const { ringSumHash, survivors } = candidate;
    const next = step(phase, { kind: 'proposed', sites: survivors.length }, manifest.body);
    if (next.kind !== 'moved') {
      throw new ConsiliumError('internal', `no candidate is voted on after ${phase}`);
    }
    const place = placeOf(manifest.body);
    const atMs = this.journal.nowMs();
    await this.votes.propose(tx, candidate, { phase: next.to, atMs });
    await this.checkpoints.recordCandidate(tx, place.studyId, ringSumHash);
    const leafIndex = await this.journal.append(tx, {
      type: 'round.candidate',
      ...place,
      recordHash: contentHashOf(candidate),
      ringSumHash,
    });
    const message = { kind: 'round.candidate', record: candidate, leafIndex } as const;
    await this.journal.tell(tx, place.studyId, survivors, message);
    await this.schedule.setDeadline(tx, attemptId, atMs + manifest.body.roundDeadlineMs);
  }

  /** @param next what the votes come to */
  async conclude(tx: Transaction, attempt: Attempt, next: Step): Promise<void> {
    const { candidate, attemptId, manifest } = attempt;
    if (candidate === undefined || next.kind === 'refused') {
      throw new ConsiliumError('internal', 'an attempt without a candidate has no votes to count');
    }
    const { accepted = 0, refused = 0 } = tallyOf(attempt);
    await this.journal.append(tx, {
      type: 'round.votes',
      ...placeOf(manifest.body),
      recordHash: contentHashOf(candidate),
      votesHash: votesHash(attemptId, votesOf(attempt)),
      accepted,
      refused,
    });
    if (next.kind === 'moved') {
      await this.schedule.cancelDeadline(tx, attemptId);
      await this.ending.commit(tx, attempt, candidate);
    } else {
      await this.ending.abort(tx, attempt, next.reason);
    }
  }
}
