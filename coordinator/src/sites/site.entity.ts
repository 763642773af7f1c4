import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Where a site stands: its key waits for a second person, is let in, was turned away, or counts no longer. */
export type SiteStatus = 'pending' | 'active' | 'rejected' | 'revoked';

/** A hospital that has claimed an invite. */
@Entity('sites')
export class SiteEntity {
  @PrimaryColumn('text')
  siteId!: string;

  /** Of the present key. */
  @Column('text')
  keyId!: string;

  /** Ed25519, 32 bytes in base64. */
  @Column('text')
  identityKey!: string;

  /** The signed enrolment, canonical JSON. */
  @Column('text')
  enrolment!: string;

  /** When the invite was claimed. */
  @Column('bigint')
  enrolledAtMs!: number;

  @Column('text')
  status!: SiteStatus;

  /** Operator; empty for a site that enrolled before invites named one. */
  @Column('text')
  invitedBy!: string;

  /** Who approved, rejected or revoked last; null while nobody has. */
  @Column('text', { nullable: true })
  decidedBy!: string | null;

  @Column('bigint', { nullable: true })
  decidedAtMs!: number | null;

  /** Of a rejection or revocation. */
  @Column('text', { nullable: true })
  reason!: string | null;
}
