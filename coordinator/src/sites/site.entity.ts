import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A hospital that has enrolled. */
@Entity('sites')
export class SiteEntity {
  @PrimaryColumn('text')
  siteId!: string;

  @Column('text')
  keyId!: string;

  /** Ed25519, 32 bytes in base64. */
  @Column('text')
  identityKey!: string;

  /** The signed enrolment, canonical JSON. */
  @Column('text')
  enrolment!: string;

  @Column('bigint')
  enrolledAtMs!: number;
}
