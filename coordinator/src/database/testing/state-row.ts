/** A row with a state that moves, as every module has one. */
import {
  Column,
  Entity,
  PrimaryColumn,
  Table,
  type MigrationInterface,
  type QueryRunner,
} from 'typeorm';
import { columnTypes, type Tables } from '../tables.js';

@Entity('states')
export class StateEntity {
  @PrimaryColumn('text')
  id!: string;

  @Column('text')
  state!: string;
}

export class States1700000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const type = columnTypes(runner);
    const columns = [{ ...type.text('id'), isPrimary: true }, type.text('state')];
    await runner.createTable(new Table({ name: 'states', columns }));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('states');
  }
}

export const stateTables: Tables = { entities: [StateEntity], migrations: [States1700000000001] };
