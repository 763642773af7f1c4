import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A log checkpoint that was signed. Rows are only ever added. */
@Entity('log_checkpoints')
export class LogCheckpointEntity {
  @PrimaryColumn('bigint')
  size!: number;

  /** C2SP signed note. */
  @Column('text')
  note!: string;

  @Column('bigint')
  atMs!: number;
}
