/** Names in the log who is at fault when masks do not come off: a holder with another share than it was dealt, or a dealer. */
import { Injectable } from '@nestjs/common';
import type { Unmasking } from '@consilium/shared/protocol';
import { openSecrets, type ShareFault } from '@consilium/shared/secagg';
import type { SiteId } from '@consilium/shared/vocabulary';
import { Database } from '../database/database.js';
import type { Transaction } from '../database/transaction.js';
import { AttemptEnding } from './attempt-ending.js';
import { AttemptRepository } from './attempt.repository.js';
import type { Attempt } from './attempt.js';
import { RoundJournal } from './round-journal.js';
import { SecureAttemptRepository } from './secure-attempt.repository.js';
import { secretsToOpen } from './secure-sum.js';

/** Of a reason in the log, in characters. */
const REASON_LENGTH = 200;

type FaultCode = 'share-mismatch' | 'secret-mismatch';

@Injectable()
export class ShareFaults {
  constructor(
    private readonly database: Database,
    private readonly attempts: AttemptRepository,
    private readonly ending: AttemptEnding,
    private readonly secure: SecureAttemptRepository,
    private readonly journal: RoundJournal,
  ) {}

  /** Looks at an answer as it comes; a holder with a share that was not dealt to it is named once. */
  async examine(tx: Transaction, attempt: Attempt, answer: Unmasking): Promise<void> {
    const entries = await this.secure.commitments(tx, attempt.attemptId);
    // One answer opens nothing: only its faults are of interest.
    const { faults } = await openSecrets(secretsToOpen(attempt, entries, [answer]));
    if (faults.some(({ kind }) => kind === 'share-mismatch')) {
      await this.name(tx, attempt, answer.siteId, 'share-mismatch');
    }
  }

  /** Dealers gave shares of other secrets than their adverts name: no answer more opens them, so the attempt ends. */
  async end(attempt: Attempt, faults: readonly ShareFault[]): Promise<void> {
    const dealers = faults.flatMap((fault) =>
      fault.kind === 'secret-mismatch' ? [fault.dealer] : [],
    );
    const reason = `the shares of ${dealers.join(', ')} open another secret than the advert names`;
    await this.database.transaction(async (tx) => {
      const current = await this.attempts.find(tx, attempt.attemptId);
      if (current?.phase !== 'unmasking') {
        return;
      }
      for (const dealer of dealers) {
        await this.name(tx, attempt, dealer, 'secret-mismatch');
      }
      await this.ending.abandon(tx, attempt.attemptId, reason.slice(0, REASON_LENGTH));
    });
  }

  private async name(
    tx: Transaction,
    attempt: Attempt,
    siteId: SiteId,
    code: FaultCode,
  ): Promise<void> {
    const { studyId } = attempt.manifest.body;
    const message = code === 'share-mismatch' ? 'round.unmask' : 'round.shares';
    await this.journal.append(tx, { type: 'security.refused', studyId, siteId, code, message });
  }
}
