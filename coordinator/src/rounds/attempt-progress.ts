/**
 * Moves an attempt on when what the sites said, or a deadline, calls for it. Runs in the transaction that wrote what they
 * said, so an attempt never stands still between two of them. The rules are the table of shared/rounds.
 */
import { Injectable } from '@nestjs/common';
import { peersHash } from '@consilium/shared/protocol';
import { dueEvent, step, type Phase } from '@consilium/shared/rounds';
import type { AttemptId } from '@consilium/shared/vocabulary';
import type { Transaction } from '../database/transaction.js';
import { AttemptEnding } from './attempt-ending.js';
import { AttemptVoting } from './attempt-voting.js';
import { AttemptRepository } from './attempt.repository.js';
import { isSecure, peersOf, tallyOf, type Attempt } from './attempt.js';
import { placeOf, RoundJournal } from './round-journal.js';
import { RoundSchedule } from './round-schedule.js';
import { SecureProgress } from './secure-progress.js';

@Injectable()
export class AttemptProgress {
  constructor(
    private readonly attempts: AttemptRepository,
    private readonly journal: RoundJournal,
    private readonly schedule: RoundSchedule,
    private readonly ending: AttemptEnding,
    private readonly secure: SecureProgress,
    private readonly voting: AttemptVoting,
  ) {}

  /** Looks at the attempt as the transaction has left it and takes the step that is due, if any. */
  async advance(tx: Transaction, attemptId: AttemptId, deadlinePassed = false): Promise<void> {
    const attempt = await this.attempts.find(tx, attemptId);
    if (attempt === undefined) {
      return;
    }
    const rules = attempt.manifest.body;
    const event = dueEvent(attempt.phase, tallyOf(attempt), rules, deadlinePassed);
    if (event === undefined) {
      return;
    }
    const next = step(attempt.phase, event, rules);
    if (event.kind === 'voted') {
      await this.voting.conclude(tx, attempt, next);
    } else if (next.kind === 'failed') {
      await this.ending.abort(tx, attempt, next.reason);
    } else if (next.kind === 'moved') {
      await this.move(tx, attempt, next.to);
    }
  }

  private async move(tx: Transaction, attempt: Attempt, to: Phase): Promise<void> {
    if (attempt.phase === 'advertising') {
      await this.closeAdverts(tx, attempt, to);
    } else if (isSecure(attempt)) {
      const reason = await this.secure.move(tx, attempt, to);
      if (reason !== undefined) {
        await this.ending.abort(tx, attempt, reason);
      }
    } else {
      await this.beginSealing(tx, attempt);
    }
  }

  private async closeAdverts(tx: Transaction, attempt: Attempt, phase: Phase): Promise<void> {
    const { attemptId, manifest } = attempt;
    const peers = peersOf(attempt);
    const sites = peers.map(({ siteId }) => siteId);
    const adverts = peers.map(({ advert }) => advert);
    const hash = peersHash(attemptId, adverts);
    const place = placeOf(manifest.body);
    const atMs = this.journal.nowMs();
    await this.attempts.closeAdverts(tx, attemptId, sites, { phase, atMs, peersHash: hash });
    await this.journal.append(tx, { type: 'round.adverts', ...place, peersHash: hash, sites });
    await this.journal.tell(tx, place.studyId, sites, { kind: 'round.peers', ...place, adverts });
    const { issuedAtMs, roundDeadlineMs, advertDeadlineMs } = manifest.body;
    const endMs = issuedAtMs + roundDeadlineMs;
    const sharingEndMs = Math.min(endMs, atMs + advertDeadlineMs);
    await this.schedule.setDeadline(tx, attemptId, phase === 'sharing' ? sharingEndMs : endMs);
  }

  private async beginSealing(tx: Transaction, { attemptId }: Attempt): Promise<void> {
    const atMs = this.journal.nowMs();
    await this.attempts.enter(tx, attemptId, { phase: 'sealing', atMs });
    await this.schedule.cancelDeadline(tx, attemptId);
    await this.schedule.seal(tx, attemptId);
  }
}
