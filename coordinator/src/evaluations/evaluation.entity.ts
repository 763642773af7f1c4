import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What a site measured of an adapter checkpoint; once for each study, site, round and split. */
@Entity('evaluations')
export class EvaluationEntity {
  @PrimaryColumn('text')
  studyId!: string;

  @PrimaryColumn('text')
  siteId!: string;

  @PrimaryColumn('bigint')
  roundNo!: number;

  @PrimaryColumn('text')
  split!: string;

  /** The signed evaluation, canonical JSON. */
  @Column('text')
  evaluation!: string;
}
