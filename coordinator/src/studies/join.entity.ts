import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A site's signed words on a study protocol, the last one first; a row for each site and study. */
@Entity('study_joins')
export class JoinEntity {
  @PrimaryColumn('text')
  studyId!: string;

  @PrimaryColumn('text')
  siteId!: string;

  /** Signed join, canonical JSON. */
  @Column('text')
  join!: string;

  @Column('bigint')
  atMs!: number;

  /** What it said before: a JSON list of signed joins, the oldest first; null for nothing. */
  @Column('text', { nullable: true })
  earlier!: string | null;

  /** Signed withdrawal, canonical JSON; null while the site takes part. */
  @Column('text', { nullable: true })
  withdrawal!: string | null;
}
