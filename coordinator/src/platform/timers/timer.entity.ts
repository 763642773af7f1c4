import { Column, Entity, PrimaryGeneratedColumn, Unique } from 'typeorm';

/** A deadline that survives the process. */
@Entity('timers')
@Unique(['kind', 'key'])
export class TimerEntity {
  @PrimaryGeneratedColumn({ type: 'bigint' })
  id!: number;

  @Column('text')
  kind!: string;

  /** What it is the deadline of, e.g. an attempt id and a phase. */
  @Column('text')
  key!: string;

  /** JSON. */
  @Column('text')
  payload!: string;

  @Column('bigint')
  dueAtMs!: number;

  /** `dueAtMs`, moved back after a failure. */
  @Column('bigint')
  notBeforeMs!: number;

  @Column('bigint')
  failures!: number;
}
