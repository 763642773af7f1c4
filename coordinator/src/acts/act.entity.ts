/** People's keys, what they were asked to sign, and what they signed. */
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The public half of a person's key. Rows stay after removal: a key never changes hands. */
@Entity('person_keys')
export class PersonKeyEntity {
  @PrimaryColumn('text')
  keyId!: string;

  @Column('text')
  operatorId!: string;

  @Column('text')
  kind!: string;

  /** Base64. */
  @Column('text')
  publicKey!: string;

  @Column('bigint')
  addedAtMs!: number;

  @Column('bigint', { nullable: true })
  removedAtMs!: number | null;
}

/** A document that was prepared for a person to sign; its signature is taken once. */
@Entity('signing_requests')
export class SigningRequestEntity {
  @PrimaryColumn('text')
  bodyHash!: string;

  @Column('text')
  operatorId!: string;

  @Column('bigint')
  expiresAtMs!: number;
}

@Entity('acts')
export class ActEntity {
  @PrimaryColumn('text')
  actHash!: string;

  @Column('text')
  studyId!: string;

  @Column('bigint')
  leafIndex!: number;

  /** The signed act, canonical JSON. */
  @Column('text')
  act!: string;
}
