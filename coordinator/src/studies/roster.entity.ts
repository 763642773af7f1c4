import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The signed list of a study's sites, one row for each change. */
@Entity('rosters')
export class RosterEntity {
  @PrimaryColumn('text')
  studyId!: string;

  @PrimaryColumn('bigint')
  epoch!: number;

  /** Of the signed roster; the name of its blob. */
  @Column('text')
  hash!: string;

  /** The leaf that made this epoch. */
  @Column('bigint')
  leafIndex!: number;

  /** Signed roster, canonical JSON. */
  @Column('text')
  roster!: string;
}
