/**
 * Ends a secure attempt: opens the secrets from the sites' shares, sums the masked updates, takes the masks off, commits. All
 * of it can be done again from the rows and the uploads. docs/protocol/v1.md section 4.1, steps 6 and 7.
 */
import { Injectable } from '@nestjs/common';
import { contentHashOf } from '@consilium/shared/crypto';
import { toBase64 } from '@consilium/shared/encoding';
import type { Revealed, RoundRecord } from '@consilium/shared/protocol';
import { byGroup, openSecrets, type OpenedSecret, type Opening } from '@consilium/shared/secagg';
import type { AttemptId } from '@consilium/shared/vocabulary';
import { Database } from '../database/database.js';
import type { Study } from '../studies/studies.service.js';
import { AttemptRepository } from './attempt.repository.js';
import { sharersOf, type Attempt } from './attempt.js';
import type { RingSumOfAttempt } from './round-aggregator.js';
import { RoundCommit } from './round-commit.js';
import { SecureAggregator } from './secure-aggregator.js';
import { SecureAttemptRepository } from './secure-attempt.repository.js';
import { secretsToOpen, secureAggregationOf } from './secure-sum.js';
import { ShareFaults } from './share-faults.js';
import { vectorWords } from './vector-words.js';

@Injectable()
export class AttemptUnmasking {
  constructor(
    private readonly database: Database,
    private readonly attempts: AttemptRepository,
    private readonly secure: SecureAttemptRepository,
    private readonly aggregator: SecureAggregator,
    private readonly round: RoundCommit,
    private readonly faults: ShareFaults,
  ) {}

  /** Does nothing unless the attempt is being unmasked and t answers without fault are there, so it may be asked for often. */
  async unmask(attemptId: AttemptId): Promise<void> {
    const attempt = await this.database.read((reader) => this.attempts.find(reader, attemptId));
    if (attempt?.phase !== 'unmasking') {
      return;
    }
    const opening = await this.open(attempt);
    if (opening.kind === 'spoilt') {
      await this.faults.end(attempt, opening.faults);
    } else if (opening.kind === 'opened') {
      await this.commit(attempt, opening.secrets);
    }
  }

  private async open(attempt: Attempt): Promise<Opening> {
    const { entries, answers } = await this.database.read(async (reader) => ({
      entries: await this.secure.commitments(reader, attempt.attemptId),
      answers: await this.secure.answers(reader, attempt.attemptId),
    }));
    const bodies = answers.map(({ body }) => body);
    return openSecrets(secretsToOpen(attempt, entries, bodies));
  }

  private async commit(attempt: Attempt, secrets: readonly OpenedSecret[]): Promise<void> {
    const study = await this.round.studyOf(attempt);
    const survivors = attempt.survivors ?? [];
    const ringSum = await this.aggregator.sum(attempt, vectorWords(attempt, study), secrets);
    const revealed = revealedOf(attempt, secrets);
    const grouped = groupedOf(attempt, study);
    const aggregation = aggregationOf(attempt, revealed, grouped);
    const summed = { ringSum, survivors, ...(grouped === undefined ? {} : { grouped }) };
    await this.round.commit(attempt, study, summed, aggregation, (tx) =>
      this.secure.setRevealed(tx, revealed),
    );
  }
}

function revealedOf({ attemptId }: Attempt, secrets: readonly OpenedSecret[]): Revealed {
  return {
    v: 1,
    attemptId,
    secrets: secrets.map(({ siteId, kind, secret }) => ({
      siteId,
      kind,
      secret: toBase64(secret),
    })),
  };
}

/** The groups whose sums were opened; undefined where all sites are in one. */
function groupedOf(attempt: Attempt, { protocol }: Study): RingSumOfAttempt['grouped'] {
  const { groups } = secureAggregationOf(attempt);
  const { privacy } = protocol;
  return groups === undefined || privacy.secureAggregation === 'off' || privacy.groups === undefined
    ? undefined
    : { groups: byGroup(groups, attempt.survivors ?? []), combine: privacy.groups.combine };
}

function aggregationOf(
  attempt: Attempt,
  revealed: Revealed,
  grouped: RingSumOfAttempt['grouped'],
): RoundRecord['aggregation'] {
  const { sharersHash } = attempt;
  const { colluders, threshold } = secureAggregationOf(attempt);
  if (sharersHash === undefined) {
    throw new RangeError('a secure record needs the sites that dealt shares');
  }
  return {
    kind: 'secure',
    colluders,
    threshold,
    sharersHash,
    sharers: sharersOf(attempt).map(({ siteId }) => siteId),
    ...(grouped === undefined
      ? {}
      : { groups: grouped.groups.map((sites) => [...sites]), combine: grouped.combine }),
    revealedHash: contentHashOf(revealed),
  };
}
