/** The signed list of a study's sites: every join makes a new one, which sites read by its hash. */
import { Injectable } from '@nestjs/common';
import { signBody, type Signed } from '@consilium/shared/crypto';
import { canonicalBytes, toBase64 } from '@consilium/shared/encoding';
import type { Roster } from '@consilium/shared/protocol';
import { ConsiliumError, LIMITS, type StudyId } from '@consilium/shared/vocabulary';
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
  ) {}

  /**
   * The roster with one site more, epoch + 1. Its blob is stored before the row that names it is committed.
   * @throws ConsiliumError 'wrong-state' when it is full: the fixed-point form has room for so many sites and no more.
   */
  async add(tx: Transaction, studyId: StudyId, site: Site): Promise<Signed<Roster>> {
    const previous = await this.studies.latestRoster(tx, studyId);
    if ((previous?.body.sites.length ?? 0) >= LIMITS.sitesPerStudy) {
      throw new ConsiliumError('wrong-state', `the study has its ${LIMITS.sitesPerStudy} sites`);
    }
    const entry = {
      siteId: site.siteId,
      keyId: site.keyId,
      identityKey: toBase64(site.identityKey),
    };
    const sites = [...(previous?.body.sites ?? []), entry].sort((a, b) =>
      a.siteId < b.siteId ? -1 : 1,
    );
    const epoch = (previous?.body.epoch ?? 0) + 1;
    const body: Roster = { v: 1, studyId, epoch, sites };
    const roster = signBody('roster', body, this.keys.identity);
    const { hash } = await this.blobs.put(canonicalBytes(roster));
    await this.studies.insertRoster(tx, roster, hash);
    return roster;
  }
}
