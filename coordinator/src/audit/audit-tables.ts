import type { Tables } from '../database/tables.js';
import { LeafSubjectEntity } from './leaf-subject.entity.js';
import { LeafEntity } from './leaf.entity.js';
import { LogCheckpointEntity } from './log-checkpoint.entity.js';
import { LogHeadEntity } from './log-head.entity.js';
import { AddLeafSubjects1764400000002 } from './migrations/add-leaf-subjects.js';
import { CreateLogTables1764000000002 } from './migrations/create-log-tables.js';

/** What the log keeps. */
export const auditTables: Tables = {
  entities: [LeafEntity, LeafSubjectEntity, LogHeadEntity, LogCheckpointEntity],
  migrations: [CreateLogTables1764000000002, AddLeafSubjects1764400000002],
};
