/**
 * Who leaves a study, and whose key changes in it: by revocation, withdrawal or rotation. Every change is a roster with a leaf
 * in the transaction of its cause, and the open attempt learns of it there. docs/protocol/v1.md section 3.
 */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { verifyBody, type Signed } from '@consilium/shared/crypto';
import { canonicalJson } from '@consilium/shared/encoding';
import { signedHash, type Withdrawal } from '@consilium/shared/protocol';
import { mayChangeMembers } from '@consilium/shared/rounds';
import { ConsiliumError, type SiteId, type StudyId } from '@consilium/shared/vocabulary';
import { AuditService } from '../audit/audit.service.js';
import { Database } from '../database/database.js';
import type { Transaction } from '../database/transaction.js';
import { SiteChanges, type KeyChange } from '../sites/site-changes.js';
import { SitesService } from '../sites/sites.service.js';
import { StudiesRepository, type StudyRow } from './studies.repository.js';
import { StudyRosters, type Departure } from './study-rosters.js';

/** The rounds of a study, as far as a change of its members reaches into them. */
export interface RoundsOfMembers {
  /** The last round in which what the site has signed counts. */
  lastCountedRound(tx: Transaction, studyId: StudyId, siteId: SiteId): Promise<number>;
  /** The open attempt goes on without the site. @param keepsUpdate an update that is there whole still counts */
  left(tx: Transaction, studyId: StudyId, siteId: SiteId, keepsUpdate: boolean): Promise<void>;
}

@Injectable()
export class StudyMembership implements OnModuleInit {
  private rounds: RoundsOfMembers | undefined;

  constructor(
    private readonly database: Database,
    private readonly studies: StudiesRepository,
    private readonly sites: SitesService,
    private readonly changes: SiteChanges,
    private readonly rosters: StudyRosters,
    private readonly audit: AuditService,
  ) {}

  onModuleInit(): void {
    this.changes.listen({
      rotated: (tx, change) => this.rotate(tx, change),
      revoked: (tx, { siteId }) => this.removeEverywhere(tx, siteId),
    });
  }

  /** Call it in `onModuleInit`. */
  attachRounds(rounds: RoundsOfMembers): void {
    this.rounds = rounds;
  }

  /** Calls back after the commit of a change of a roster that is about the site. */
  onChanged(listener: (siteId: SiteId) => void): void {
    this.rosters.onChanged(listener);
  }

  /**
   * A site leaves a study. The same bytes again change nothing.
   * @throws ConsiliumError 'bad-signature' | 'not-permitted' | 'not-found' | 'conflict' | 'wrong-state'
   */
  async withdraw(siteId: SiteId, withdrawal: Signed<Withdrawal>): Promise<void> {
    await this.database.transaction(async (tx) => {
      const { body } = withdrawal;
      const site = await this.sites.requireActive(tx, siteId);
      verifyBody('withdrawal', withdrawal, site.identityKey);
      if (body.siteId !== siteId) {
        throw new ConsiliumError(
          'not-permitted',
          `the channel is of ${siteId}, the withdrawal not`,
        );
      }
      const known = await this.studies.findWithdrawal(tx, body.studyId, siteId);
      if (known !== undefined) {
        requireSame(canonicalJson(known), canonicalJson(withdrawal));
        return;
      }
      await this.requireLeaving(tx, body.studyId, siteId);
      await this.studies.setWithdrawal(tx, withdrawal);
      const { studyId } = body;
      const withdrawalHash = signedHash(withdrawal);
      await this.audit.append(tx, { type: 'study.withdrawn', studyId, siteId, withdrawalHash });
      await this.remove(tx, studyId, siteId, 'withdrawn');
    });
  }

  /** @throws ConsiliumError 'not-found' where the site is no member, 'wrong-state' once the study is over */
  private async requireLeaving(tx: Transaction, studyId: StudyId, siteId: SiteId): Promise<void> {
    const study = await this.studies.find(tx, studyId);
    const members = await this.rosters.members(tx, studyId);
    if (study === undefined || !members.some((member) => member.siteId === siteId)) {
      throw new ConsiliumError('not-found', `the site ${siteId} is not in a study ${studyId}`);
    }
    if (!mayChangeMembers(study.phase)) {
      throw new ConsiliumError('wrong-state', `the study is ${study.phase}: nobody leaves it`);
    }
  }

  private async rotate(tx: Transaction, change: KeyChange): Promise<void> {
    const { siteId } = change.site;
    for (const { studyId } of await this.openStudies(tx)) {
      await this.rosters.rotate(tx, studyId, change);
      // What the old key signed for the open attempt stands; the new key is not in its roster.
      await this.rounds?.left(tx, studyId, siteId, true);
    }
  }

  private async removeEverywhere(tx: Transaction, siteId: SiteId): Promise<void> {
    for (const { studyId } of await this.openStudies(tx)) {
      await this.remove(tx, studyId, siteId, 'revoked');
    }
  }

  private async remove(
    tx: Transaction,
    studyId: StudyId,
    siteId: SiteId,
    because: Departure,
  ): Promise<void> {
    const members = await this.rosters.members(tx, studyId);
    const member = members.find((entry) => entry.siteId === siteId);
    if (member === undefined) {
      return;
    }
    const validUntil = (await this.rounds?.lastCountedRound(tx, studyId, siteId)) ?? 0;
    await this.rosters.revoke(tx, studyId, member, validUntil, because);
    await this.rounds?.left(tx, studyId, siteId, false);
  }

  /** The roster of a study that is over is history. */
  private async openStudies(tx: Transaction): Promise<StudyRow[]> {
    return (await this.studies.list(tx)).filter(({ phase }) => mayChangeMembers(phase));
  }
}

function requireSame(known: string, withdrawal: string): void {
  if (known !== withdrawal) {
    throw new ConsiliumError('conflict', 'the site has left this study with other words before');
  }
}
