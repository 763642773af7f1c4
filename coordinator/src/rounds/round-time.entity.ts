import { Column, Entity, PrimaryColumn } from 'typeorm';

/** When an attempt came into a phase, or when the coordinator had a word of a site; the first time counts. */
@Entity('round_times')
export class RoundTimeEntity {
  @PrimaryColumn('text')
  attemptId!: string;

  /** Empty for a phase, which is of the attempt as a whole. */
  @PrimaryColumn('text')
  siteId!: string;

  /** A phase, or a word of a site. */
  @PrimaryColumn('text')
  what!: string;

  @Column('bigint')
  atMs!: number;
}
