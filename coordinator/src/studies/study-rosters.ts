/** The signed list of a study's sites: every change makes a new one and a leaf, and sites read it by its hash. */
import { Injectable } from '@nestjs/common';
import { signBody } from '@consilium/shared/crypto';
import { canonicalBytes, toBase64 } from '@consilium/shared/encoding';
import { signedHash, type Leaf, type Roster } from '@consilium/shared/protocol';
import {
  ConsiliumError,
  type ContentHash,
  type SiteId,
  type StudyId,
} from '@consilium/shared/vocabulary';
import { AuditService, type NewLeaf } from '../audit/audit.service.js';
import { BlobStore } from '../blobs/blob-store.js';
import { CoordinatorKeys } from '../config/coordinator-keys.js';
import type { Transaction } from '../database/transaction.js';
import type { KeyChange } from '../sites/site-changes.js';
import type { Site } from '../sites/sites.repository.js';
import { StudiesRepository } from './studies.repository.js';

export type Member = Roster['sites'][number];
export type Departure = Extract<Leaf, { type: 'roster.revoke' }>['because'];

interface Change {
  /** Whom it is about. */
  readonly siteId: SiteId;
  /** After it. */
  readonly members: readonly Member[];
}

/** What the leaf of a change adds to the study. */
type LeafOf = (epoch: number, rosterHash: ContentHash) => NewLeaf;

@Injectable()
export class StudyRosters {
  private readonly listeners: ((siteId: SiteId) => void)[] = [];

  constructor(
    private readonly studies: StudiesRepository,
    private readonly blobs: BlobStore,
    private readonly keys: CoordinatorKeys,
    private readonly audit: AuditService,
  ) {}

  /** Calls back after the commit of a change that is about the site. */
  onChanged(listener: (siteId: SiteId) => void): void {
    this.listeners.push(listener);
  }

  /**
   * The roster with one site more, epoch + 1, and its leaf.
   * @param most sites that the study has room for
   * @throws ConsiliumError 'wrong-state' when it is full
   */
  async add(tx: Transaction, studyId: StudyId, site: Site, most: number): Promise<void> {
    const before = await this.members(tx, studyId);
    if (before.length >= most) {
      throw new ConsiliumError('wrong-state', `the study has its ${most} sites`);
    }
    const { siteId, keyId } = site;
    const entry = { siteId, keyId, identityKey: toBase64(site.identityKey) };
    await this.append(
      tx,
      studyId,
      { siteId, members: [...before, entry] },
      (epoch, rosterHash) => ({
        type: 'roster.add',
        studyId,
        siteId,
        keyId,
        epoch,
        rosterHash,
      }),
    );
  }

  /** The roster with the site's new key, which names the change of key. Nothing where the site is no member. */
  async rotate(tx: Transaction, studyId: StudyId, change: KeyChange): Promise<void> {
    const { site, oldKeyId, rotation, rotationHash, leafIndex } = change;
    const { siteId, keyId } = site;
    const before = await this.members(tx, studyId);
    const member = before.find((entry) => entry.siteId === siteId);
    if (member === undefined) {
      return;
    }
    const rotations = [...(member.rotations ?? []), { hash: rotationHash, leafIndex }];
    const entry = { siteId, keyId, identityKey: toBase64(site.identityKey), rotations };
    // The other sites read what both keys have signed before they believe the new one.
    await this.blobs.put(canonicalBytes(rotation));
    const members = [...without(before, siteId), entry];
    await this.append(tx, studyId, { siteId, members }, (epoch, rosterHash) => ({
      type: 'roster.rotate',
      studyId,
      siteId,
      oldKeyId,
      keyId,
      epoch,
      rosterHash,
      rotationHash,
    }));
  }

  /** The roster without the site. @param validUntilRound the last round in which what it signed counts */
  async revoke(
    tx: Transaction,
    studyId: StudyId,
    { siteId, keyId }: Member,
    validUntilRound: number,
    because: Departure,
  ): Promise<void> {
    const before = await this.members(tx, studyId);
    const members = without(before, siteId);
    await this.append(tx, studyId, { siteId, members }, (epoch, rosterHash) => ({
      type: 'roster.revoke',
      studyId,
      siteId,
      keyId,
      epoch,
      rosterHash,
      validUntilRound,
      because,
    }));
  }

  async members(tx: Transaction, studyId: StudyId): Promise<readonly Member[]> {
    return (await this.studies.latestRoster(tx, studyId))?.roster.body.sites ?? [];
  }

  /** The blob is stored before the row that names it is committed. */
  private async append(
    tx: Transaction,
    studyId: StudyId,
    { siteId, members }: Change,
    leafOf: LeafOf,
  ): Promise<void> {
    const previous = (await this.studies.latestRoster(tx, studyId))?.roster.body;
    const epoch = (previous?.epoch ?? 0) + 1;
    const sites = [...members].sort((a, b) => (a.siteId < b.siteId ? -1 : 1));
    const body: Roster = { v: 1, studyId, epoch, sites };
    const roster = signBody('roster', body, this.keys.identity);
    const leafIndex = await this.audit.append(tx, leafOf(epoch, signedHash(roster)));
    const { hash } = await this.blobs.put(canonicalBytes(roster));
    await this.studies.insertRoster(tx, { roster, hash, leafIndex });
    tx.afterCommit(() => {
      this.listeners.forEach((listener) => {
        listener(siteId);
      });
    });
  }
}

function without(members: readonly Member[], siteId: SiteId): Member[] {
  return members.filter((member) => member.siteId !== siteId);
}
