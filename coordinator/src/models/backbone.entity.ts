import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A backbone that studies may name; its weights are at the sites only. */
@Entity('backbones')
export class BackboneEntity {
  @PrimaryColumn('text')
  hash!: string;

  /** BackboneDescription, canonical JSON. */
  @Column('text')
  description!: string;

  @Column('bigint')
  registeredAtMs!: number;
}
