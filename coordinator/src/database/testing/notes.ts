/** A small module of rows, for the specs of the database. */
import {
  Column,
  Entity,
  PrimaryColumn,
  Table,
  type MigrationInterface,
  type QueryRunner,
} from 'typeorm';
import { columnTypes, type Tables } from '../tables.js';

@Entity('notes')
export class NoteEntity {
  @PrimaryColumn('text')
  id!: string;

  @Column('bigint')
  atMs!: number;

  @Column('boolean')
  read!: boolean;

  @Column('blob')
  body!: Buffer;
}

export class Notes1700000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const type = columnTypes(runner);
    await runner.createTable(
      new Table({
        name: 'notes',
        columns: [
          { ...type.text('id'), isPrimary: true },
          type.integer('atMs'),
          type.boolean('read'),
          type.bytes('body'),
        ],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('notes');
  }
}

export const noteTables: Tables = { entities: [NoteEntity], migrations: [Notes1700000000000] };

export function note(id: string): NoteEntity {
  return Object.assign(new NoteEntity(), {
    id,
    atMs: 1_764_000_000_123,
    read: true,
    body: Buffer.from([0, 1, 255]),
  });
}
