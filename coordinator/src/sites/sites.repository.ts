/** The rows of sites, of the invites that brought them, and of the keys that they had before. */
import { Injectable } from '@nestjs/common';
import type { Signed } from '@consilium/shared/crypto';
import { canonicalJson, fromBase64, toBase64 } from '@consilium/shared/encoding';
import type { DoublySignedKeyRotation, Enrolment } from '@consilium/shared/protocol';
import type { ContentHash, KeyId, OperatorId, SiteId } from '@consilium/shared/vocabulary';
import type { Reader, Transaction } from '../database/transaction.js';
import { InviteEntity } from './invite.entity.js';
import { RetiredKeyEntity } from './retired-key.entity.js';
import { SiteEntity, type SiteStatus } from './site.entity.js';

export interface Site {
  readonly siteId: SiteId;
  readonly keyId: KeyId;
  /** Ed25519, 32 bytes. */
  readonly identityKey: Uint8Array;
  readonly enrolledAtMs: number;
  readonly status: SiteStatus;
  readonly invitedBy: OperatorId;
  /** Who approved, rejected or revoked it last. */
  readonly decidedBy?: OperatorId;
  readonly decidedAtMs?: number;
  readonly reason?: string;
}

export type NewSite = Pick<Site, 'siteId' | 'keyId' | 'identityKey' | 'enrolledAtMs' | 'invitedBy'>;

export interface Decision {
  readonly status: SiteStatus;
  readonly by: OperatorId;
  readonly atMs: number;
  readonly reason?: string;
}

export interface Invite {
  readonly inviteHash: string;
  readonly siteId: SiteId;
  readonly invitedBy: OperatorId;
  readonly expiresAtMs: number;
}

/** A change of key as it was logged. */
export interface RetiredKey {
  readonly keyId: KeyId;
  readonly siteId: SiteId;
  /** Doubly signed key rotation, canonical JSON. */
  readonly rotation: string;
  readonly rotationHash: ContentHash;
  readonly leafIndex: number;
}

@Injectable()
export class SitesRepository {
  async insertInvite(tx: Transaction, invite: Invite): Promise<void> {
    await tx.rows.insert(InviteEntity, { ...invite, used: false });
  }

  /** They count no longer, as if nobody had made them. */
  async dropUnusedInvites(tx: Transaction, siteId: SiteId): Promise<void> {
    await tx.rows.delete(InviteEntity, { siteId, used: false });
  }

  /** In the order of the sites' names, of each the one last that ends last. */
  async unusedInvites(reader: Reader): Promise<Invite[]> {
    const rows = await reader.rows.find(InviteEntity, {
      where: { used: false },
      order: { siteId: 'ASC', expiresAtMs: 'ASC' },
    });
    return rows.map(toInvite);
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
    return toInvite(row);
  }

  /** Takes the place of a rejected one of the same name. */
  async insert(tx: Transaction, site: NewSite, enrolment: Signed<Enrolment>): Promise<void> {
    const { siteId, keyId, enrolledAtMs, invitedBy } = site;
    await tx.rows.delete(SiteEntity, { siteId, status: 'rejected' });
    await tx.rows.insert(SiteEntity, {
      siteId,
      keyId,
      identityKey: toBase64(site.identityKey),
      enrolment: canonicalJson(enrolment),
      enrolledAtMs,
      status: 'pending',
      invitedBy,
    });
  }

  async decide(tx: Transaction, siteId: SiteId, decision: Decision): Promise<void> {
    const { status, by, atMs, reason } = decision;
    const columns = { status, decidedBy: by, decidedAtMs: atMs, reason: reason ?? null };
    await tx.rows.update(SiteEntity, { siteId }, columns);
  }

  /** The site has the new key from now on. */
  async replaceKey(tx: Transaction, identityKey: string, keyId: KeyId, old: RetiredKey) {
    await tx.rows.insert(RetiredKeyEntity, { ...old });
    await tx.rows.update(SiteEntity, { siteId: old.siteId }, { keyId, identityKey });
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

  async findRetired(reader: Reader, keyId: KeyId): Promise<RetiredKey | undefined> {
    const row = await reader.rows.findOneBy(RetiredKeyEntity, { keyId });
    return row === null ? undefined : toRetired(row);
  }

  /** The site's changes of key, oldest first. */
  async rotations(reader: Reader, siteId: SiteId): Promise<RetiredKey[]> {
    const rows = await reader.rows.find(RetiredKeyEntity, {
      where: { siteId },
      order: { leafIndex: 'ASC' },
    });
    return rows.map(toRetired);
  }

  async list(reader: Reader): Promise<Site[]> {
    const rows = await reader.rows.find(SiteEntity, { order: { siteId: 'ASC' } });
    return rows.flatMap((row) => toSite(row) ?? []);
  }
}

/** What was signed, out of its row. */
export function rotationOf({ rotation }: RetiredKey): DoublySignedKeyRotation {
  return JSON.parse(rotation) as DoublySignedKeyRotation;
}

function toSite(row: SiteEntity | null): Site | undefined {
  return row === null
    ? undefined
    : {
        siteId: row.siteId as SiteId,
        keyId: row.keyId as KeyId,
        identityKey: fromBase64(row.identityKey),
        enrolledAtMs: row.enrolledAtMs,
        status: row.status,
        invitedBy: row.invitedBy as OperatorId,
        ...(row.decidedBy === null ? {} : { decidedBy: row.decidedBy as OperatorId }),
        ...(row.decidedAtMs === null ? {} : { decidedAtMs: row.decidedAtMs }),
        ...(row.reason === null ? {} : { reason: row.reason }),
      };
}

function toInvite({ inviteHash, siteId, invitedBy, expiresAtMs }: InviteEntity): Invite {
  return {
    inviteHash,
    siteId: siteId as SiteId,
    invitedBy: invitedBy as OperatorId,
    expiresAtMs,
  };
}

function toRetired(row: RetiredKeyEntity): RetiredKey {
  return {
    keyId: row.keyId as KeyId,
    siteId: row.siteId as SiteId,
    rotation: row.rotation,
    rotationHash: row.rotationHash as ContentHash,
    leafIndex: row.leafIndex,
  };
}
