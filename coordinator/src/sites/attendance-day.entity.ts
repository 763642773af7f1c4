import { Column, Entity, PrimaryColumn } from 'typeorm';

/** For how long a site was connected on a day (UTC). */
@Entity('site_attendance_days')
export class AttendanceDayEntity {
  @PrimaryColumn('text')
  siteId!: string;

  /** The beginning of the day, milliseconds since 1970. */
  @PrimaryColumn('bigint')
  dayMs!: number;

  @Column('bigint')
  connectedMs!: number;
}
