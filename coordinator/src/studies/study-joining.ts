/** A site's word on a study protocol, and the roster that grows from it, also while rounds run. docs/protocol/v1.md section 3. */
import { Injectable } from '@nestjs/common';
import { verifyBody, type Signed } from '@consilium/shared/crypto';
import { canonicalJson } from '@consilium/shared/encoding';
import { signedHash, type Join, type StudyProtocol } from '@consilium/shared/protocol';
import { mayChangeMembers } from '@consilium/shared/rounds';
import { ConsiliumError, LIMITS, type SiteId } from '@consilium/shared/vocabulary';
import { AuditService } from '../audit/audit.service.js';
import { Database } from '../database/database.js';
import type { Transaction } from '../database/transaction.js';
import { Clock } from '../platform/clock.js';
import { SitesService } from '../sites/sites.service.js';
import type { Site } from '../sites/sites.repository.js';
import { namesSite, type StudyJoin } from './study.js';
import { StudiesRepository, type StudyRow } from './studies.repository.js';
import { StudyRosters } from './study-rosters.js';

@Injectable()
export class StudyJoining {
  constructor(
    private readonly database: Database,
    private readonly studies: StudiesRepository,
    private readonly sites: SitesService,
    private readonly audit: AuditService,
    private readonly rosters: StudyRosters,
    private readonly clock: Clock,
  ) {}

  /**
   * The same bytes again change nothing. A site that declined may think better of it; one that joined can only withdraw.
   * @throws ConsiliumError 'bad-signature' | 'not-permitted' | 'not-found' | 'conflict' | 'wrong-state'
   */
  async join(siteId: SiteId, join: Signed<Join>): Promise<void> {
    await this.database.transaction(async (tx) => {
      // Looked up here, so that a site that is being revoked does not slip back in.
      const site = await this.sites.requireActive(tx, siteId);
      verifyBody('join', join, site.identityKey);
      const study = await this.requireStudy(tx, join, siteId);
      const known = await this.studies.findJoin(tx, study.studyId, siteId);
      if (known !== undefined && wasSaid(known, join)) {
        return;
      }
      if (!mayChangeMembers(study.phase)) {
        throw new ConsiliumError(
          'wrong-state',
          `the study is ${study.phase}: nobody joins any more`,
        );
      }
      const nowMs = this.clock.nowMs();
      await (known === undefined
        ? this.studies.insertJoin(tx, join, nowMs)
        : this.studies.replaceJoin(tx, known, join, nowMs));
      await this.record(tx, study, site, join);
    });
  }

  private async requireStudy(
    tx: Transaction,
    { body }: Signed<Join>,
    siteId: SiteId,
  ): Promise<StudyRow> {
    if (body.siteId !== siteId) {
      throw new ConsiliumError('not-permitted', `the channel is of ${siteId}, the join is not`);
    }
    const study = await this.studies.find(tx, body.studyId);
    // A site that a study does not name cannot tell it from one that does not exist.
    if (study === undefined || !namesSite(study.signed.body, siteId)) {
      throw new ConsiliumError('not-found', `there is no study ${body.studyId} for this site`);
    }
    if (body.studyProtocolHash !== study.protocolHash) {
      throw new ConsiliumError(
        'conflict',
        `the join is for ${body.studyProtocolHash}, the study protocol is ${study.protocolHash}`,
      );
    }
    return study;
  }

  private async record(
    tx: Transaction,
    { studyId, protocolHash, signed }: StudyRow,
    site: Site,
    join: Signed<Join>,
  ): Promise<void> {
    const { siteId, decision } = join.body;
    const joinHash = signedHash(join);
    if (decision.kind === 'decline') {
      const reason = decision.code;
      await this.audit.append(tx, { type: 'study.declined', studyId, siteId, joinHash, reason });
      return;
    }
    await this.audit.append(tx, {
      type: 'study.approved',
      studyId,
      siteId,
      studyProtocolHash: protocolHash,
      joinHash,
    });
    await this.rosters.add(tx, studyId, site, roomOf(signed.body));
  }
}

/** The fixed-point form has room for so many sites and no more; in a secure sum each of them deals shares to each other. */
function roomOf({ privacy }: StudyProtocol): number {
  return privacy.secureAggregation === 'on' ? LIMITS.secureSites : LIMITS.sitesPerStudy;
}

/** Each word is a leaf: a site that changes its mind without end shall not fill the log. */
const MOST_WORDS = 20;

/**
 * @returns whether the site has said just this before.
 * @throws ConsiliumError 'conflict' unless another word may follow those that it said
 */
function wasSaid({ join: last, earlier }: StudyJoin, join: Signed<Join>): boolean {
  const text = canonicalJson(join);
  if ([...earlier, last].some((word) => canonicalJson(word) === text)) {
    return true;
  }
  if (last.body.decision.kind !== 'decline') {
    throw new ConsiliumError('conflict', 'the site has joined this study: it can only withdraw');
  }
  if (earlier.length + 1 >= MOST_WORDS) {
    const message = `the site has answered this study ${MOST_WORDS} times: that is final`;
    throw new ConsiliumError('conflict', message);
  }
  return false;
}
