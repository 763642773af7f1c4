import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The signed list of a study's sites, one row for each change. */
@Entity('rosters')
export class RosterEntity {
  @PrimaryColumn('text')
  studyId!: string;

  @PrimaryColumn('bigint')
  epoch!: number;

  /** Signed roster, canonical JSON. */
  @Column('text')
  roster!: string;
}
