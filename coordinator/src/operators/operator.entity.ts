import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A person with an account. */
@Entity('operators')
export class OperatorEntity {
  @PrimaryColumn('text')
  operatorId!: string;

  @Column('text', { unique: true })
  name!: string;

  /** A JSON list of roles. */
  @Column('text')
  roles!: string;

  @Column('text', { nullable: true })
  siteId!: string | null;

  /** A JSON list of study ids. */
  @Column('text')
  studies!: string;

  /** Argon2id in the PHC string format; null until the person has set a password. */
  @Column('text', { nullable: true })
  passwordHash!: string | null;

  @Column('bigint')
  createdAtMs!: number;

  @Column('bigint', { nullable: true })
  disabledAtMs!: number | null;
}

/** Another way to sign in: the subject of an OpenID provider. */
@Entity('operator_identities')
export class OperatorIdentityEntity {
  @PrimaryColumn('text')
  issuer!: string;

  @PrimaryColumn('text')
  subject!: string;

  @Column('text')
  operatorId!: string;
}
