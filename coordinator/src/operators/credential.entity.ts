/** What proves a person: tokens, sessions, passkeys, and secrets that work once. Secrets are kept as hashes only. */
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** An API token. */
@Entity('operator_tokens')
export class TokenEntity {
  @PrimaryColumn('text')
  tokenId!: string;

  @Column('text', { unique: true })
  hash!: string;

  @Column('text')
  operatorId!: string;

  @Column('text')
  label!: string;

  /** A JSON list of rights. */
  @Column('text')
  rights!: string;

  @Column('bigint')
  createdAtMs!: number;

  @Column('bigint')
  expiresAtMs!: number;

  @Column('bigint', { nullable: true })
  usedAtMs!: number | null;
}

/** A browser that has signed in. */
@Entity('operator_sessions')
export class SessionEntity {
  @PrimaryColumn('text')
  sessionId!: string;

  @Column('text', { unique: true })
  hash!: string;

  @Column('text')
  operatorId!: string;

  /** 'password', 'passkey', 'oidc' or 'link'. */
  @Column('text')
  method!: string;

  @Column('bigint')
  createdAtMs!: number;

  @Column('bigint')
  seenAtMs!: number;

  /** When the person last proved who it is; with an OpenID provider this may be before the session began. */
  @Column('bigint')
  authenticatedAtMs!: number;
}

/** A WebAuthn credential. */
@Entity('operator_passkeys')
export class PasskeyEntity {
  /** base64url, as the browser sends it. */
  @PrimaryColumn('text')
  credentialId!: string;

  @Column('text')
  operatorId!: string;

  @Column('text')
  label!: string;

  /** COSE_Key. */
  @Column('blob')
  publicKey!: Buffer;

  @Column('bigint')
  counter!: number;

  /** A JSON list, hints for the browser. */
  @Column('text')
  transports!: string;

  @Column('bigint')
  createdAtMs!: number;

  @Column('bigint', { nullable: true })
  usedAtMs!: number | null;
}

/** A secret that works once: an activation, a link to an OpenID subject, a sign-in that has begun, a WebAuthn challenge. */
@Entity('operator_secrets')
export class OneTimeSecretEntity {
  @PrimaryColumn('text')
  hash!: string;

  @Column('text')
  purpose!: string;

  @Column('text', { nullable: true })
  operatorId!: string | null;

  /** JSON, what the purpose needs to go on. */
  @Column('text')
  content!: string;

  @Column('bigint')
  expiresAtMs!: number;
}
