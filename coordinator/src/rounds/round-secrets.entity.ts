/** What one site dealt and answered in a secure attempt. The rows go when the attempt ends: they open the secrets of its sites. */
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('round_secrets')
export class RoundSecretsEntity {
  @PrimaryColumn('text')
  attemptId!: string;

  @PrimaryColumn('text')
  siteId!: string;

  /** JSON of its share entries, sorted by holder; null if it dealt none. */
  @Column('text', { nullable: true })
  entries!: string | null;

  /** JSON of its signed shares for taking the masks off. */
  @Column('text', { nullable: true })
  unmasking!: string | null;
}
