/** One try at a round. docs/protocol/v1.md section 4. */
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { Phase } from '@consilium/shared/rounds';

@Entity('attempts')
@Index(['studyId', 'roundNo', 'attemptNo'], { unique: true })
export class AttemptEntity {
  @PrimaryColumn('text')
  attemptId!: string;

  @Column('text')
  studyId!: string;

  @Column('bigint')
  roundNo!: number;

  @Column('bigint')
  attemptNo!: number;

  @Column('text')
  phase!: Phase;

  /** JSON of the signed manifest. */
  @Column('text')
  manifest!: string;

  @Column('text')
  manifestHash!: string;

  /** Private half of the aggregation key, sealed by the key-encryption key; null once it is destroyed. */
  @Column('blob', { nullable: true })
  sealedKey!: Buffer | null;

  /** Names the set of adverts once it is closed. */
  @Column('text', { nullable: true })
  peersHash!: string | null;

  /** JSON of the list of sites that count, once it is in the log. */
  @Column('text', { nullable: true })
  survivors!: string | null;

  /** When it came into its phase; null in rows of versions that did not note it. */
  @Column('bigint', { nullable: true })
  phaseSinceMs!: number | null;

  /** Names the set of sites that dealt shares once it is fixed; secure attempts only. */
  @Column('text', { nullable: true })
  sharersHash!: string | null;

  /** JSON of index and RFC 6962 hash of the leaf that names the survivors; secure attempts only. */
  @Column('text', { nullable: true })
  survivorsLeaf!: string | null;

  /** JSON of the secrets that were opened, once committed; secure attempts only. */
  @Column('text', { nullable: true })
  revealed!: string | null;

  /** JSON of the round record that the sites vote on; kept, whatever they decide. */
  @Column('text', { nullable: true })
  candidate!: string | null;

  /** JSON of the round record, once committed. */
  @Column('text', { nullable: true })
  record!: string | null;

  /** Why it was aborted. */
  @Column('text', { nullable: true })
  reason!: string | null;

  @Column('bigint')
  openedAtMs!: number;

  @Column('bigint', { nullable: true })
  endedAtMs!: number | null;
}
