/**
 * How every signed document of a site in an attempt comes in: one transaction, the checks that hold of all of them, then the
 * rules of its kind. docs/protocol/v1.md section 4.
 */
import { Injectable } from '@nestjs/common';
import type { Signed, SigningDomain } from '@consilium/shared/crypto';
import { fromBase64, type Json } from '@consilium/shared/encoding';
import type { Roster, SiteReply } from '@consilium/shared/protocol';
import { isEnded } from '@consilium/shared/rounds';
import { ConsiliumError, type SiteId } from '@consilium/shared/vocabulary';
import { Database } from '../database/database.js';
import type { Transaction } from '../database/transaction.js';
import { StudiesService } from '../studies/studies.service.js';
import { AttemptRepository } from './attempt.repository.js';
import type { Attempt, Participant } from './attempt.js';
import {
  hasLeft,
  requireDocument,
  requireMember,
  type AttemptDocument,
} from './document-checks.js';

/** What a site's word came to; whatever is wrong with it is thrown. */
export type Taken = Extract<SiteReply, { kind: 'accepted' | 'late' }>;

export const ACCEPTED: Taken = { kind: 'accepted' };
export const LATE: Taken = { kind: 'late' };

/** A document whose signature, site and manifest hold, for an attempt that is under way. */
export interface Arrival {
  readonly tx: Transaction;
  readonly attempt: Attempt;
  readonly row: Participant;
  /** Of the attempt. */
  readonly roster: Roster;
  /** Of the site, by the roster of the attempt; 32 bytes. */
  readonly identityKey: Uint8Array;
}

@Injectable()
export class DocumentIntake {
  constructor(
    private readonly database: Database,
    private readonly attempts: AttemptRepository,
    private readonly studies: StudiesService,
  ) {}

  /**
   * @param siteId whose channel the document came through
   * @returns 'late' for an attempt that ended and for a site that left it, else what the rules say
   * @throws ConsiliumError of `requireDocument` and of the rules, 'not-found' for an attempt that never was
   */
  async take<T extends AttemptDocument & Json>(
    siteId: SiteId,
    domain: SigningDomain,
    signed: Signed<T>,
    rules: (arrival: Arrival) => Promise<Taken>,
  ): Promise<Taken> {
    return this.database.transaction(async (tx) => {
      const attempt = await this.attempts.find(tx, signed.body.attemptId);
      if (attempt === undefined) {
        throw new ConsiliumError('not-found', 'no attempt has this id');
      }
      if (hasLeft(attempt, siteId)) {
        return LATE;
      }
      const roster = await this.studies.rosterOf(attempt.manifest.body);
      const row = requireDocument(attempt, roster, siteId, domain, signed);
      const identityKey = fromBase64(requireMember(roster, siteId).identityKey);
      return isEnded(attempt.phase) ? LATE : rules({ tx, attempt, row, roster, identityKey });
    });
  }
}
