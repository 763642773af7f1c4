import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A site's signed word on a study protocol; one for each site and study. */
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

  /** Signed withdrawal, canonical JSON; null while the site takes part. */
  @Column('text', { nullable: true })
  withdrawal!: string | null;
}
