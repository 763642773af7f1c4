import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/** A message that a site is owed. */
@Entity('outbox')
@Index(['siteId', 'id'])
export class OutboxEntity {
  /** The order of the messages to one site. */
  @PrimaryGeneratedColumn({ type: 'bigint' })
  id!: number;

  @Column('text')
  studyId!: string;

  @Column('text')
  siteId!: string;

  @Column('text')
  kind!: string;

  /** JSON. */
  @Column('text')
  body!: string;

  @Column('bigint')
  createdAtMs!: number;
}
