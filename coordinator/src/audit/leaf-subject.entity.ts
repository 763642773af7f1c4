import { Column, Entity, PrimaryColumn } from 'typeorm';

/**
 * What a leaf is about, to find it by: one row for the leaf, and one for each site that it names. It follows from the leaf, and
 * no proof rests on it.
 */
@Entity('log_subjects')
export class LeafSubjectEntity {
  /** Empty in the row of the leaf itself. */
  @PrimaryColumn('text')
  siteId!: string;

  @PrimaryColumn('bigint')
  leafIndex!: number;

  @Column('text')
  type!: string;

  @Column('bigint')
  atMs!: number;

  /** Empty for a leaf that concerns all studies. */
  @Column('text')
  studyId!: string;

  /** 0 for a leaf of no round. */
  @Column('bigint')
  roundNo!: number;
}
