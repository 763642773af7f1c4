/** Names in the log who is at fault when masks do not come off: a holder with another share than it was dealt, or a dealer. */
import { Injectable } from '@nestjs/common';
import type { Unmasking } from '@consilium/shared/protocol';
import { openSecrets } from '@consilium/shared/secagg';
import type { SiteId } from '@consilium/shared/vocabulary';
import type { Transaction } from '../database/transaction.js';
import type { Attempt } from './attempt.js';
import { RoundJournal } from './round-journal.js';
import { SecureAttemptRepository } from './secure-attempt.repository.js';
import { secretsToOpen } from './secure-sum.js';

type FaultCode = 'share-mismatch' | 'secret-mismatch';

@Injectable()
export class ShareFaults {
  constructor(
    private readonly secure: SecureAttemptRepository,
    private readonly journal: RoundJournal,
  ) {}

  /** Looks at an answer as it comes; a holder with a share that was not dealt to it is named once. */
  async examine(tx: Transaction, attempt: Attempt, answer: Unmasking): Promise<void> {
    const entries = await this.secure.entries(tx, attempt.attemptId);
    // One answer opens nothing: only its faults are of interest.
    const { faults } = await openSecrets(secretsToOpen(attempt, entries, [answer]));
    if (faults.some(({ kind }) => kind === 'share-mismatch')) {
      await this.name(tx, attempt, answer.siteId, 'share-mismatch');
    }
  }

  async name(tx: Transaction, attempt: Attempt, siteId: SiteId, code: FaultCode): Promise<void> {
    const { studyId } = attempt.manifest.body;
    const message = code === 'share-mismatch' ? 'round.unmask' : 'round.shares';
    await this.journal.append(tx, { type: 'security.refused', studyId, siteId, code, message });
  }
}
