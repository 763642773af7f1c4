/**
 * Ends a secure attempt: opens the secrets from the sites' shares, sums the masked updates, takes the masks off, commits. All
 * of it can be done again from the rows and the uploads. docs/protocol/v1.md section 4.1, steps 6 and 7.
 */
import { Injectable } from '@nestjs/common';
import { contentHashOf } from '@consilium/shared/crypto';
import { toBase64 } from '@consilium/shared/encoding';
import type { Revealed, RoundRecord } from '@consilium/shared/protocol';
import { openSecrets, unmaskPlan, type OpenedSecret, type Opening } from '@consilium/shared/secagg';
import type { AttemptId } from '@consilium/shared/vocabulary';
import { sumMasked, type MaskedUpdate } from '../aggregation/sum-masked.js';
import { takeOffMasks } from '../aggregation/take-off-masks.js';
import { BlobStore } from '../blobs/blob-store.js';
import { Database } from '../database/database.js';
import { StudiesService, type Study } from '../studies/studies.service.js';
import { UploadsService } from '../updates/uploads.service.js';
import { AttemptEnding } from './attempt-ending.js';
import { AttemptRepository } from './attempt.repository.js';
import { sharersOf, survivingHeaders, type Attempt } from './attempt.js';
import { RoundCommit } from './round-commit.js';
import { SecureAttemptRepository } from './secure-attempt.repository.js';
import { colludersOf, contextOf, dealersOf, secretsToOpen, thresholdOf } from './secure-sum.js';
import { ShareFaults } from './share-faults.js';
import { vectorWords } from './vector-words.js';

type Spoilt = Extract<Opening, { kind: 'spoilt' }>;

@Injectable()
export class AttemptUnmasking {
  constructor(
    private readonly database: Database,
    private readonly attempts: AttemptRepository,
    private readonly secure: SecureAttemptRepository,
    private readonly studies: StudiesService,
    private readonly uploads: UploadsService,
    private readonly blobs: BlobStore,
    private readonly round: RoundCommit,
    private readonly ending: AttemptEnding,
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
      await this.endSpoilt(attempt, opening);
    } else if (opening.kind === 'opened') {
      const study = await this.studies.get(attempt.manifest.body.studyId);
      await this.commit(attempt, study, opening.secrets);
    }
  }

  private async open(attempt: Attempt): Promise<Opening> {
    const { entries, answers } = await this.database.read(async (reader) => ({
      entries: await this.secure.entries(reader, attempt.attemptId),
      answers: await this.secure.answers(reader, attempt.attemptId),
    }));
    const bodies = answers.map(({ body }) => body);
    return openSecrets(secretsToOpen(attempt, entries, bodies));
  }

  private async commit(
    attempt: Attempt,
    study: Study,
    secrets: readonly OpenedSecret[],
  ): Promise<void> {
    const survivors = attempt.survivors ?? [];
    const ringSum = await sumMasked(this.updates(attempt), vectorWords(attempt, study));
    const masks = unmaskPlan({
      secrets,
      sharers: dealersOf(attempt, new Map()),
      survivors,
      context: contextOf(attempt),
    });
    await takeOffMasks(ringSum, masks);
    const revealed = revealedOf(attempt, secrets);
    const aggregation = aggregationOf(attempt, revealed);
    await this.round.commit(attempt, study, { ringSum, survivors }, aggregation, (tx) =>
      this.secure.setRevealed(tx, revealed),
    );
  }

  /** Of the survivors; each vector is kept as a blob, from which anybody computes the sum again. */
  private updates(attempt: Attempt): MaskedUpdate[] {
    return survivingHeaders(attempt).map(({ body: header }) => ({
      header,
      chunk: (index) => this.uploads.read({ ...header, index }),
      keep: async (vector) => {
        await this.blobs.put(vector);
      },
    }));
  }

  /** A dealer gave shares of another secret than its advert names: no answer more will open it. */
  private async endSpoilt(attempt: Attempt, { faults }: Spoilt): Promise<void> {
    const dealers = faults.flatMap((fault) =>
      fault.kind === 'secret-mismatch' ? [fault.dealer] : [],
    );
    await this.database.transaction(async (tx) => {
      const current = await this.attempts.find(tx, attempt.attemptId);
      if (current?.phase !== 'unmasking') {
        return;
      }
      for (const dealer of dealers) {
        await this.faults.name(tx, attempt, dealer, 'secret-mismatch');
      }
      const reason = `the shares of ${dealers.join(', ')} open another secret than the advert names`;
      await this.ending.abandon(tx, attempt.attemptId, reason.slice(0, REASON_LENGTH));
    });
  }
}

/** Of a reason in the log, in characters. */
const REASON_LENGTH = 200;

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

function aggregationOf(attempt: Attempt, revealed: Revealed): RoundRecord['aggregation'] {
  const { sharersHash } = attempt;
  if (sharersHash === undefined) {
    throw new RangeError('a secure record needs the sites that dealt shares');
  }
  return {
    kind: 'secure',
    colluders: colludersOf(attempt),
    threshold: thresholdOf(attempt),
    sharersHash,
    sharers: sharersOf(attempt).map(({ siteId }) => siteId),
    revealedHash: contentHashOf(revealed),
  };
}
