import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One invitation, usable once. Its secret is not here, only its hash. */
@Entity('invites')
export class InviteEntity {
  /** SHA-256 of the secret, base64. */
  @PrimaryColumn('text')
  inviteHash!: string;

  @Column('text')
  siteId!: string;

  /** The operator who made it. */
  @Column('text')
  invitedBy!: string;

  @Column('bigint')
  expiresAtMs!: number;

  @Column('boolean')
  used!: boolean;
}
