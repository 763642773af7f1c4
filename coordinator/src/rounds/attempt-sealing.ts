/**
 * Seals a plain attempt: sums the updates, fixes the survivors in the log, applies the mean, commits. Everything before the commit
 * can be done again from the uploads, so a crash anywhere only costs the time. docs/protocol/v1.md section 4, step 4.
 */
import { Injectable } from '@nestjs/common';
import { headersHash } from '@consilium/shared/protocol';
import { step } from '@consilium/shared/rounds';
import { ConsiliumError, type AttemptId, type SiteId } from '@consilium/shared/vocabulary';
import type { Summed } from '../aggregation/sum-updates.js';
import { Database } from '../database/database.js';
import type { Transaction } from '../database/transaction.js';
import type { Study } from '../studies/studies.service.js';
import { AttemptEnding } from './attempt-ending.js';
import { AttemptRepository } from './attempt.repository.js';
import { isSecure, sendersOf, type Attempt, type Sender } from './attempt.js';
import { RoundAggregator } from './round-aggregator.js';
import { RoundCommit } from './round-commit.js';
import { placeOf, RoundJournal } from './round-journal.js';

@Injectable()
export class AttemptSealing {
  constructor(
    private readonly database: Database,
    private readonly attempts: AttemptRepository,
    private readonly journal: RoundJournal,
    private readonly ending: AttemptEnding,
    private readonly aggregator: RoundAggregator,
    private readonly round: RoundCommit,
  ) {}

  /** Does nothing unless a plain attempt is being sealed, so it may be asked for twice. */
  async seal(attemptId: AttemptId): Promise<void> {
    const attempt = await this.find(attemptId);
    if (attempt?.phase !== 'sealing' || isSecure(attempt)) {
      return;
    }
    const study = await this.round.studyOf(attempt);
    const summed = await this.sum(attempt, study);
    if (attempt.survivors === undefined) {
      await this.database.transaction((tx) => this.fixSurvivors(tx, attempt, summed));
    }
    const fixed = await this.find(attemptId);
    if (fixed?.phase === 'sealing' && fixed.survivors !== undefined) {
      requireSameSites(fixed.survivors, summed.survivors);
      await this.round.commit(fixed, study, summed, { kind: 'plain' });
    }
  }

  private async sum(attempt: Attempt, study: Study): Promise<Summed> {
    const summed = await this.aggregator.sum(attempt, study.schema, toCount(attempt));
    if (attempt.survivors !== undefined && summed.refused.length > 0) {
      // Whoever is in the log as survivor stays one: without its update there is no result for this attempt.
      throw new ConsiliumError('internal', 'an update of a survivor can no longer be read');
    }
    return summed;
  }

  /** Who counts is said before the result is known, so the result cannot decide who counts. */
  private async fixSurvivors(tx: Transaction, attempt: Attempt, summed: Summed): Promise<void> {
    const current = await this.attempts.find(tx, attempt.attemptId);
    if (current?.phase !== 'sealing' || current.survivors !== undefined) {
      // A job whose lease ran out is run by two: the first to come here has said it.
      return;
    }
    const { attemptId, manifest, peersHash } = attempt;
    const { survivors, refused } = summed;
    await this.attempts.setState(tx, attemptId, refused, 'refused');
    for (const siteId of refused) {
      const { studyId } = manifest.body;
      const refusal = { code: 'bad-update', message: 'update.open' };
      await this.journal.append(tx, { type: 'security.refused', studyId, siteId, ...refusal });
    }
    const kind = manifest.body.acceptance === undefined ? 'summed' : 'proposed';
    const event = { kind, sites: survivors.length } as const;
    const next = step(attempt.phase, event, manifest.body);
    if (next.kind === 'failed') {
      await this.ending.abort(tx, attempt, next.reason);
    } else if (next.kind === 'moved' && peersHash !== undefined) {
      const headers = sendersOf(attempt)
        .filter(({ siteId }) => survivors.includes(siteId))
        .map(({ header }) => header);
      await this.attempts.setSurvivors(tx, attemptId, survivors);
      await this.journal.append(tx, {
        type: 'round.survivors',
        ...placeOf(manifest.body),
        peersHash,
        sites: [...survivors],
        headersHash: headersHash(attemptId, headers),
      });
    }
  }

  private async find(attemptId: AttemptId): Promise<Attempt | undefined> {
    return this.database.read((reader) => this.attempts.find(reader, attemptId));
  }
}

/** @throws ConsiliumError 'internal' when the log names other sites than the sum holds; the next try sums those. */
function requireSameSites(fixed: readonly SiteId[], summed: readonly SiteId[]): void {
  if (fixed.length !== summed.length || !fixed.every((siteId) => summed.includes(siteId))) {
    throw new ConsiliumError('internal', 'the survivors in the log are not those of the sum');
  }
}

/** The updates to add: once the survivors are in the log, theirs and no others. */
function toCount(attempt: Attempt): Sender[] {
  const { survivors } = attempt;
  return sendersOf(attempt).filter(
    ({ siteId }) => survivors === undefined || survivors.includes(siteId),
  );
}
