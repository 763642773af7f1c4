/** Accounts of people and what proves them. */
import { Table, TableIndex, type MigrationInterface, type QueryRunner } from 'typeorm';
import { columnTypes, type ColumnTypes } from '../../database/tables.js';

const OF_OPERATOR = ['operator_tokens', 'operator_sessions', 'operator_passkeys'] as const;

export class CreateOperatorTables1764000000005 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const type = columnTypes(runner);
    const tables = [
      operators(type),
      identities(type),
      tokens(type),
      sessions(type),
      passkeys(type),
      secrets(type),
    ];
    for (const table of tables) {
      await runner.createTable(table);
    }
    for (const name of OF_OPERATOR) {
      const index = new TableIndex({ name: `${name}_operator`, columnNames: ['operatorId'] });
      await runner.createIndex(name, index);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const name of ['operator_secrets', ...OF_OPERATOR, 'operator_identities', 'operators']) {
      await runner.dropTable(name);
    }
  }
}

function operators(type: ColumnTypes): Table {
  return new Table({
    name: 'operators',
    columns: [
      { ...type.text('operatorId'), isPrimary: true },
      { ...type.text('name'), isUnique: true },
      type.text('roles'),
      { ...type.text('siteId'), isNullable: true },
      type.text('studies'),
      { ...type.text('passwordHash'), isNullable: true },
      type.integer('createdAtMs'),
      { ...type.integer('disabledAtMs'), isNullable: true },
    ],
  });
}

function identities(type: ColumnTypes): Table {
  return new Table({
    name: 'operator_identities',
    columns: [
      { ...type.text('issuer'), isPrimary: true },
      { ...type.text('subject'), isPrimary: true },
      type.text('operatorId'),
    ],
  });
}

function tokens(type: ColumnTypes): Table {
  return new Table({
    name: 'operator_tokens',
    columns: [
      { ...type.text('tokenId'), isPrimary: true },
      { ...type.text('hash'), isUnique: true },
      type.text('operatorId'),
      type.text('label'),
      type.text('rights'),
      type.integer('createdAtMs'),
      type.integer('expiresAtMs'),
      { ...type.integer('usedAtMs'), isNullable: true },
    ],
  });
}

function sessions(type: ColumnTypes): Table {
  return new Table({
    name: 'operator_sessions',
    columns: [
      { ...type.text('sessionId'), isPrimary: true },
      { ...type.text('hash'), isUnique: true },
      type.text('operatorId'),
      type.text('method'),
      type.integer('createdAtMs'),
      type.integer('seenAtMs'),
      type.integer('authenticatedAtMs'),
    ],
  });
}

function passkeys(type: ColumnTypes): Table {
  return new Table({
    name: 'operator_passkeys',
    columns: [
      { ...type.text('credentialId'), isPrimary: true },
      type.text('operatorId'),
      type.text('label'),
      type.bytes('publicKey'),
      type.integer('counter'),
      type.text('transports'),
      type.integer('createdAtMs'),
      { ...type.integer('usedAtMs'), isNullable: true },
    ],
  });
}

function secrets(type: ColumnTypes): Table {
  return new Table({
    name: 'operator_secrets',
    columns: [
      { ...type.text('hash'), isPrimary: true },
      type.text('purpose'),
      { ...type.text('operatorId'), isNullable: true },
      type.text('content'),
      type.integer('expiresAtMs'),
    ],
  });
}
