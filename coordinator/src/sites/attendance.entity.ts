import { Column, Entity, PrimaryColumn } from 'typeorm';

/** When a site was connected last. */
@Entity('site_attendance')
export class AttendanceEntity {
  @PrimaryColumn('text')
  siteId!: string;

  @Column('bigint')
  lastSeenMs!: number;

  @Column('text')
  agentVersion!: string;
}
