import type { Tables } from '../database/tables.js';
import { ActEntity, PersonKeyEntity, SigningRequestEntity } from './act.entity.js';
import { CreateActTables1764000000055 } from './migrations/create-act-tables.js';

/** What people sign, and the keys that they sign with. */
export const actTables: Tables = {
  entities: [PersonKeyEntity, SigningRequestEntity, ActEntity],
  migrations: [CreateActTables1764000000055],
};
