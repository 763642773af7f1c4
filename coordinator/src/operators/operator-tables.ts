import type { Tables } from '../database/tables.js';
import {
  OneTimeSecretEntity,
  PasskeyEntity,
  SessionEntity,
  TokenEntity,
} from './credential.entity.js';
import { CreateOperatorTables1764000000005 } from './migrations/create-operator-tables.js';
import { OperatorEntity, OperatorIdentityEntity } from './operator.entity.js';

export const operatorTables: Tables = {
  entities: [
    OperatorEntity,
    OperatorIdentityEntity,
    TokenEntity,
    SessionEntity,
    PasskeyEntity,
    OneTimeSecretEntity,
  ],
  migrations: [CreateOperatorTables1764000000005],
};
