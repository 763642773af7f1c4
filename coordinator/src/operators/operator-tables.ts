import type { Tables } from '../database/tables.js';
import {
  OneTimeSecretEntity,
  PasskeyEntity,
  SessionEntity,
  TokenEntity,
} from './credential.entity.js';
import { CreateOperatorTables1764000000005 } from './migrations/create-operator-tables.js';
import { CreateSignInAttempts1764400000005 } from './migrations/create-sign-in-attempts.js';
import { OperatorEntity, OperatorIdentityEntity } from './operator.entity.js';
import { SignInAttemptEntity } from './sign-in-attempt.entity.js';

export const operatorTables: Tables = {
  entities: [
    OperatorEntity,
    OperatorIdentityEntity,
    TokenEntity,
    SessionEntity,
    PasskeyEntity,
    OneTimeSecretEntity,
    SignInAttemptEntity,
  ],
  migrations: [CreateOperatorTables1764000000005, CreateSignInAttempts1764400000005],
};
