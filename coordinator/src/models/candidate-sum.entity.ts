import { Entity, PrimaryColumn } from 'typeorm';

/** The sum behind a candidate that sites vote on: they may read it, whatever becomes of the candidate. */
@Entity('candidate_sums')
export class CandidateSumEntity {
  @PrimaryColumn('text')
  studyId!: string;

  @PrimaryColumn('text')
  ringSumHash!: string;
}
