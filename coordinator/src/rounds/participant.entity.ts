/** What one site of the cohort said in one attempt. A document is written once: other bytes for its place are a conflict. */
import { Column, Entity, PrimaryColumn } from 'typeorm';

/**
 * How far the site has come. `refused`: its update proved not to be what its header says. `left`: its place or its key changed
 * while the attempt ran.
 */
export type ParticipantState =
  'invited' | 'advertised' | 'shared' | 'declined' | 'updated' | 'refused' | 'left';

@Entity('participants')
export class ParticipantEntity {
  @PrimaryColumn('text')
  attemptId!: string;

  @PrimaryColumn('text')
  siteId!: string;

  @Column('text')
  state!: ParticipantState;

  /** Whether its advert is in the closed set. */
  @Column('boolean')
  isPeer!: boolean;

  /** JSON of the signed advert. */
  @Column('text', { nullable: true })
  advert!: string | null;

  /** JSON of the signed decline. */
  @Column('text', { nullable: true })
  decline!: string | null;

  /** JSON of the signed update header. */
  @Column('text', { nullable: true })
  header!: string | null;

  /** Whether it is one of the sites whose masks are in the updates; secure attempts only. */
  @Column('boolean')
  isSharer!: boolean;

  /** JSON of its signed word on the shares that it dealt; secure attempts only. */
  @Column('text', { nullable: true })
  shares!: string | null;

  /** JSON of its signed endorsement of the survivors; secure attempts only. */
  @Column('text', { nullable: true })
  endorsement!: string | null;

  /** JSON of its signed vote on the candidate. */
  @Column('text', { nullable: true })
  vote!: string | null;
}
