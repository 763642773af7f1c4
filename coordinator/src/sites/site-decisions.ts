/**
 * What people decide about a site: a second person lets it in after comparing its fingerprint, or turns it away; later anybody
 * with the right takes its place away. Each decision is a leaf in the transaction that makes it. docs/protocol/v1.md section 2.
 */
import { Injectable } from '@nestjs/common';
import { areWordsOf, contentHash } from '@consilium/shared/crypto';
import { toBase64, utf8 } from '@consilium/shared/encoding';
import type { Leaf } from '@consilium/shared/protocol';
import { ConsiliumError, type OperatorId, type SiteId } from '@consilium/shared/vocabulary';
import { AuditService } from '../audit/audit.service.js';
import { Database } from '../database/database.js';
import type { Transaction } from '../database/transaction.js';
import { Clock } from '../platform/clock.js';
import { SiteChanges } from './site-changes.js';
import type { SiteStatus } from './site.entity.js';
import { SitesRepository, type Site } from './sites.repository.js';

/** What the approver read at the site: the six words, or the key's id. */
export type Confirmation = { readonly words: string } | { readonly keyId: string };

export type RevocationReason = Extract<Leaf, { type: 'site.revoked' }>['reason'];

@Injectable()
export class SiteDecisions {
  constructor(
    private readonly database: Database,
    private readonly sites: SitesRepository,
    private readonly audit: AuditService,
    private readonly changes: SiteChanges,
    private readonly clock: Clock,
  ) {}

  /**
   * Lets a pending site in.
   * @throws ConsiliumError 'not-found' | 'wrong-state', 'not-permitted' for the person who invited it, 'bad-request' when the
   * confirmation is not that of the key that waits.
   */
  async approve(siteId: SiteId, by: OperatorId, confirmation: Confirmation): Promise<Site> {
    return this.database.transaction(async (tx) => {
      const site = await this.require(tx, siteId, 'pending');
      if (site.invitedBy === by) {
        const message =
          'whoever invited a site does not approve it: a second person compares its key';
        throw new ConsiliumError('not-permitted', message);
      }
      requireConfirmed(site, confirmation);
      await this.sites.decide(tx, siteId, { status: 'active', by, atMs: this.clock.nowMs() });
      const enrolment = (await this.sites.findEnrolment(tx, siteId)) ?? '';
      await this.audit.append(tx, {
        type: 'site.enrolled',
        siteId,
        keyId: site.keyId,
        identityKey: toBase64(site.identityKey),
        enrolmentHash: contentHash(utf8(enrolment)),
        invitedBy: site.invitedBy,
        approvedBy: by,
      });
      const active: Site = { ...site, status: 'active', decidedBy: by };
      await this.changes.approved(tx, active);
      return active;
    });
  }

  /** Turns a pending site away; its name may be invited again. @throws ConsiliumError 'not-found' | 'wrong-state' */
  async reject(siteId: SiteId, by: OperatorId, reason: string): Promise<Site> {
    return this.database.transaction(async (tx) => {
      const site = await this.require(tx, siteId, 'pending');
      const atMs = this.clock.nowMs();
      await this.sites.decide(tx, siteId, { status: 'rejected', by, atMs, reason });
      return { ...site, status: 'rejected', decidedBy: by, decidedAtMs: atMs, reason };
    });
  }

  /**
   * The site's key counts no longer: rosters lose it, rounds go on without it, its socket ends.
   * @throws ConsiliumError 'not-found' | 'wrong-state'
   */
  async revoke(siteId: SiteId, by: OperatorId, reason: RevocationReason): Promise<Site> {
    return this.database.transaction(async (tx) => {
      const site = await this.require(tx, siteId, 'active');
      const atMs = this.clock.nowMs();
      await this.sites.decide(tx, siteId, { status: 'revoked', by, atMs, reason });
      const { keyId } = site;
      await this.audit.append(tx, { type: 'site.revoked', siteId, keyId, by, reason });
      const revoked: Site = {
        ...site,
        status: 'revoked',
        decidedBy: by,
        decidedAtMs: atMs,
        reason,
      };
      await this.changes.revoked(tx, revoked);
      return revoked;
    });
  }

  private async require(tx: Transaction, siteId: SiteId, status: SiteStatus): Promise<Site> {
    const site = await this.sites.find(tx, siteId);
    if (site === undefined) {
      throw new ConsiliumError('not-found', `no site is called ${siteId}`);
    }
    if (site.status !== status) {
      const message = `the site ${siteId} is ${site.status}, this takes one that is ${status}`;
      throw new ConsiliumError('wrong-state', message);
    }
    return site;
  }
}

function requireConfirmed({ siteId, keyId, identityKey }: Site, confirmation: Confirmation): void {
  const isConfirmed =
    'words' in confirmation
      ? areWordsOf(identityKey, confirmation.words)
      : confirmation.keyId === keyId;
  if (!isConfirmed) {
    throw new ConsiliumError(
      'bad-request',
      `what was read out is not the fingerprint of the key that waits under ${siteId}: reject it, and ask the site`,
    );
  }
}
