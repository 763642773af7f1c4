import type { Tables } from '../database/tables.js';
import { AttemptEntity } from './attempt.entity.js';
import { CreateRoundTables1764000000070 } from './migrations/create-round-tables.js';
import { ParticipantEntity } from './participant.entity.js';

/** What rounds keeps: attempts and their participants. */
export const roundTables: Tables = {
  entities: [AttemptEntity, ParticipantEntity],
  migrations: [CreateRoundTables1764000000070],
};
