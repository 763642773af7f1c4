import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The adapter weights after a round; round 0 is what the study starts from. */
@Entity('adapter_checkpoints')
export class AdapterCheckpointEntity {
  @PrimaryColumn('text')
  studyId!: string;

  @PrimaryColumn('bigint')
  roundNo!: number;

  @Column('text')
  hash!: string;

  /** The sum it was made from; empty for round 0. */
  @Column('text')
  ringSumHash!: string;
}
