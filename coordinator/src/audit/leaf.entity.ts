import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One entry of the log. Rows are only ever added. */
@Entity('log_leaves')
export class LeafEntity {
  /** From 0, without gaps. */
  @PrimaryColumn('bigint')
  leafIndex!: number;

  /** Canonical JSON; its UTF-8 bytes are what is hashed. */
  @Column('text')
  leaf!: string;

  /** RFC 6962 leaf hash, 32 bytes. */
  @Column('blob')
  hash!: Buffer;

  /** Root of the tree that ends with this leaf, 32 bytes: the self-check finds an altered row by it. */
  @Column('blob')
  root!: Buffer;
}
