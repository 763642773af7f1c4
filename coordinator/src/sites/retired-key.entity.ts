import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A key that a site had before. No key comes back, for whichever site. */
@Entity('retired_site_keys')
export class RetiredKeyEntity {
  @PrimaryColumn('text')
  keyId!: string;

  @Column('text')
  siteId!: string;

  /** The doubly signed key rotation, canonical JSON. */
  @Column('text')
  rotation!: string;

  @Column('text')
  rotationHash!: string;

  /** Of `site.key-rotated`. */
  @Column('bigint')
  leafIndex!: number;
}
