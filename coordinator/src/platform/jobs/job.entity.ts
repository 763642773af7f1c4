import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

export type JobState = 'queued' | 'running' | 'failed';

/** Work to be done once the transaction that wrote this row is committed. A finished job leaves no row. */
@Entity('jobs')
export class JobEntity {
  @PrimaryGeneratedColumn({ type: 'bigint' })
  id!: number;

  @Column('text')
  kind!: string;

  /** JSON. */
  @Column('text')
  payload!: string;

  @Column('text')
  state!: JobState;

  /** How often it was started. */
  @Column('bigint')
  attempts!: number;

  /** Not before this moment; while running, the end of the lease: a runner that died no longer renews it. */
  @Column('bigint')
  dueAtMs!: number;

  /** The runner that holds the lease, '' if none. */
  @Column('text')
  owner!: string;

  /** The message of the last failure, '' if none. */
  @Column('text')
  lastError!: string;
}
