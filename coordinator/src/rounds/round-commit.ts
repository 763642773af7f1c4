/**
 * From the ring sum of an attempt to its end: applies the mean, writes the record, and commits it or asks the sites first. The same
 * for every kind of sum.
 */
import { Injectable } from '@nestjs/common';
import type { RoundRecord } from '@consilium/shared/protocol';
import { isConsiliumError } from '@consilium/shared/vocabulary';
import { Database } from '../database/database.js';
import type { Transaction } from '../database/transaction.js';
import { StudiesService, type Study } from '../studies/studies.service.js';
import { AttemptEnding } from './attempt-ending.js';
import { AttemptVoting } from './attempt-voting.js';
import { AttemptRepository } from './attempt.repository.js';
import type { Attempt } from './attempt.js';
import { RoundAggregator, type RingSumOfAttempt, type RoundHashes } from './round-aggregator.js';
import { roundRecord } from './round-record.js';

@Injectable()
export class RoundCommit {
  constructor(
    private readonly database: Database,
    private readonly attempts: AttemptRepository,
    private readonly ending: AttemptEnding,
    private readonly aggregator: RoundAggregator,
    private readonly studies: StudiesService,
    private readonly voting: AttemptVoting,
  ) {}

  async studyOf({ manifest }: Attempt): Promise<Study> {
    return this.studies.get(manifest.body.studyId);
  }

  /**
   * Does nothing once the attempt has left the phase that it was read in.
   * @param alongside is written in the transaction that commits or proposes
   */
  async commit(
    attempt: Attempt,
    study: Study,
    summed: RingSumOfAttempt,
    aggregation: RoundRecord['aggregation'],
    alongside: (tx: Transaction) => Promise<void> = () => Promise.resolve(),
  ): Promise<void> {
    const hashes = await this.apply(attempt, study, summed);
    if (hashes === undefined) {
      return;
    }
    const { sites } = await this.studies.rosterOf(attempt.manifest.body);
    const keyIds = new Map(sites.map(({ siteId, keyId }) => [siteId, keyId]));
    const { survivors } = summed;
    const record = roundRecord({ attempt, survivors, keyIds, aggregation, ...hashes });
    await this.database.transaction(async (tx) => {
      const current = await this.attempts.find(tx, attempt.attemptId);
      if (current?.phase === attempt.phase) {
        await alongside(tx);
        if (attempt.manifest.body.acceptance === undefined) {
          await this.ending.commit(tx, current, record);
        } else {
          await this.voting.propose(tx, current, record);
        }
      }
    });
  }

  /** A parameter that overflows would overflow again at every try, so the attempt ends. */
  private async apply(
    attempt: Attempt,
    study: Study,
    summed: RingSumOfAttempt,
  ): Promise<RoundHashes | undefined> {
    try {
      return await this.aggregator.apply(attempt, study.schema, summed);
    } catch (error) {
      if (!isConsiliumError(error, 'non-finite')) {
        throw error;
      }
      const reason = 'the mean of the updates leaves the range of the parameters';
      await this.database.transaction((tx) => this.ending.abandon(tx, attempt.attemptId, reason));
      return undefined;
    }
  }
}
