import type { Tables } from '../database/tables.js';
import { LeafEntity } from './leaf.entity.js';
import { LogCheckpointEntity } from './log-checkpoint.entity.js';
import { LogHeadEntity } from './log-head.entity.js';
import { CreateLogTables1764000000002 } from './migrations/create-log-tables.js';

/** What the log keeps. */
export const auditTables: Tables = {
  entities: [LeafEntity, LogHeadEntity, LogCheckpointEntity],
  migrations: [CreateLogTables1764000000002],
};
