/** The rows of sites and invites. */
import { Injectable } from '@nestjs/common';
import { canonicalJson, fromBase64, toBase64 } from '@consilium/shared/encoding';
import type { Signed } from '@consilium/shared/crypto';
import type { Enrolment } from '@consilium/shared/protocol';
import type { KeyId, SiteId } from '@consilium/shared/vocabulary';
import type { Reader, Transaction } from '../database/transaction.js';
import { InviteEntity } from './invite.entity.js';
import { SiteEntity } from './site.entity.js';

export interface Site {
  readonly siteId: SiteId;
  readonly keyId: KeyId;
  /** Ed25519, 32 bytes. */
  readonly identityKey: Uint8Array;
  readonly enrolledAtMs: number;
}

export interface Invite {
  readonly inviteHash: string;
  readonly siteId: SiteId;
  readonly expiresAtMs: number;
}

@Injectable()
export class SitesRepository {
  async insertInvite(tx: Transaction, invite: Invite): Promise<void> {
    await tx.rows.insert(InviteEntity, { ...invite, used: false });
  }

  /** Uses the invite up. @returns undefined when there is none of this hash that is unused and in time. */
  async takeInvite(
    tx: Transaction,
    inviteHash: string,
    nowMs: number,
  ): Promise<Invite | undefined> {
    const row = await tx.rows.findOneBy(InviteEntity, { inviteHash, used: false });
    if (row === null || row.expiresAtMs < nowMs) {
      return undefined;
    }
    await tx.rows.update(InviteEntity, { inviteHash }, { used: true });
    return { inviteHash, siteId: row.siteId as SiteId, expiresAtMs: row.expiresAtMs };
  }

  async insert(tx: Transaction, site: Site, enrolment: Signed<Enrolment>): Promise<void> {
    await tx.rows.insert(SiteEntity, {
      siteId: site.siteId,
      keyId: site.keyId,
      identityKey: toBase64(site.identityKey),
      enrolment: canonicalJson(enrolment),
      enrolledAtMs: site.enrolledAtMs,
    });
  }

  async find(reader: Reader, siteId: SiteId): Promise<Site | undefined> {
    return toSite(await reader.rows.findOneBy(SiteEntity, { siteId }));
  }

  /** The signed enrolment of a site, canonical JSON. */
  async findEnrolment(reader: Reader, siteId: SiteId): Promise<string | undefined> {
    return (await reader.rows.findOneBy(SiteEntity, { siteId }))?.enrolment;
  }

  async findByKeyId(reader: Reader, keyId: KeyId): Promise<Site | undefined> {
    return toSite(await reader.rows.findOneBy(SiteEntity, { keyId }));
  }

  async list(reader: Reader): Promise<Site[]> {
    const rows = await reader.rows.find(SiteEntity, { order: { siteId: 'ASC' } });
    return rows.flatMap((row) => toSite(row) ?? []);
  }
}

function toSite(row: SiteEntity | null): Site | undefined {
  return row === null
    ? undefined
    : {
        siteId: row.siteId as SiteId,
        keyId: row.keyId as KeyId,
        identityKey: fromBase64(row.identityKey),
        enrolledAtMs: row.enrolledAtMs,
      };
}
