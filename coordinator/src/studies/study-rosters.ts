/** The signed list of a study's sites: every change makes a new one and a leaf, and sites read it by its hash. */
import { Injectable } from '@nestjs/common';
import { signBody } from '@consilium/shared/crypto';
import { canonicalBytes, toBase64 } from '@consilium/shared/encoding';
import { signedHash, type Roster } from '@consilium/shared/protocol';
import { ConsiliumError, LIMITS, type StudyId } from '@consilium/shared/vocabulary';
import { AuditService } from '../audit/audit.service.js';
import { BlobStore } from '../blobs/blob-store.js';
import { CoordinatorKeys } from '../config/coordinator-keys.js';
import type { Transaction } from '../database/transaction.js';
import type { Site } from '../sites/sites.repository.js';
import { StudiesRepository } from './studies.repository.js';

@Injectable()
export class StudyRosters {
  constructor(
    private readonly studies: StudiesRepository,
    private readonly blobs: BlobStore,
    private readonly keys: CoordinatorKeys,
    private readonly audit: AuditService,
  ) {}

  /**
   * The roster with one site more, epoch + 1, and its leaf. Its blob is stored before the row that names it is committed.
   * @throws ConsiliumError 'wrong-state' when it is full: the fixed-point form has room for so many sites and no more.
   */
  async add(tx: Transaction, studyId: StudyId, site: Site): Promise<void> {
    const previous = (await this.studies.latestRoster(tx, studyId))?.roster.body;
    if ((previous?.sites.length ?? 0) >= LIMITS.sitesPerStudy) {
      throw new ConsiliumError('wrong-state', `the study has its ${LIMITS.sitesPerStudy} sites`);
    }
    const { siteId, keyId } = site;
    const entry = { siteId, keyId, identityKey: toBase64(site.identityKey) };
    const sites = [...(previous?.sites ?? []), entry].sort((a, b) =>
      a.siteId < b.siteId ? -1 : 1,
    );
    const epoch = (previous?.epoch ?? 0) + 1;
    const body: Roster = { v: 1, studyId, epoch, sites };
    const roster = signBody('roster', body, this.keys.identity);
    const rosterHash = signedHash(roster);
    const leafIndex = await this.audit.append(tx, {
      type: 'roster.add',
      studyId,
      siteId,
      keyId,
      epoch,
      rosterHash,
    });
    const { hash } = await this.blobs.put(canonicalBytes(roster));
    await this.studies.insertRoster(tx, { roster, hash, leafIndex });
  }
}
