/** Every module's tables, apart from the modules themselves: commands that look at rows alone start without them. */
import { actTables } from './acts/act-tables.js';
import { auditTables } from './audit/audit-tables.js';
import type { Tables } from './database/tables.js';
import { evaluationTables } from './evaluations/evaluation-tables.js';
import { modelTables } from './models/model-tables.js';
import { operatorTables } from './operators/operator-tables.js';
import { platformTables } from './platform/platform-tables.js';
import { roundTables } from './rounds/round-tables.js';
import { siteTables } from './sites/site-tables.js';
import { studyTables } from './studies/study-tables.js';

/** Everything that is kept as rows. `migrate` and `serve` bring exactly these tables up to date. */
export const TABLES: readonly Tables[] = [
  platformTables, //   jobs, timers, messages owed to sites
  auditTables, //      leaves and checkpoints of the log
  operatorTables, //   people: accounts, tokens, sessions, passkeys
  siteTables, //       invites, enrolled sites
  modelTables, //      backbones, adapter checkpoints
  studyTables, //      studies, joins, rosters
  actTables, //        people's keys and what they signed
  evaluationTables, // what sites measured
  roundTables, //      attempts and what each site said in them
];
