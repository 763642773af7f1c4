import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A study and where it stands. */
@Entity('studies')
export class StudyEntity {
  @PrimaryColumn('text')
  studyId!: string;

  /** StudyPhase. */
  @Column('text')
  phase!: string;

  /** Signed study protocol, canonical JSON. */
  @Column('text')
  protocol!: string;

  @Column('text')
  protocolHash!: string;

  /** Index of the `study.created` leaf. */
  @Column('bigint')
  createdLeafIndex!: number;

  /** Why the study failed; empty otherwise. */
  @Column('text')
  reason!: string;

  /** The person who created it; null where that was not recorded. */
  @Column('text', { nullable: true })
  createdBy!: string | null;

  /** JSON of who paused it, why and when; null while it is not paused. */
  @Column('text', { nullable: true })
  pause!: string | null;
}
