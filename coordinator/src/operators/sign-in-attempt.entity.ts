import { Column, Entity, PrimaryColumn } from 'typeorm';

/** How often signing in under a name has failed, and when last. */
@Entity('sign_in_attempts')
export class SignInAttemptEntity {
  /** Keyed, hex; see sign-in-attempts.ts. */
  @PrimaryColumn('text')
  nameHash!: string;

  @Column('bigint')
  failures!: number;

  @Column('bigint')
  lastAtMs!: number;
}
