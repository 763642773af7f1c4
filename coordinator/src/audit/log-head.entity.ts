import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The end of the log, one row: whoever appends holds it, so there is one order of leaves. */
@Entity('log_head')
export class LogHeadEntity {
  /** Always 1. */
  @PrimaryColumn('bigint')
  id!: number;

  @Column('bigint')
  size!: number;

  /** JSON of `encodeFrontier`. */
  @Column('text')
  frontier!: string;
}
