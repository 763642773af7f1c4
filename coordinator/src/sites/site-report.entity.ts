import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What a site said last of itself. */
@Entity('site_reports')
export class SiteReportEntity {
  @PrimaryColumn('text')
  siteId!: string;

  /** JSON of the report. */
  @Column('text')
  report!: string;

  @Column('bigint')
  atMs!: number;
}
