import type { Tables } from '../database/tables.js';
import { AttemptEntity } from './attempt.entity.js';
import { AddVotes1764300000070 } from './migrations/add-votes.js';
import { AddSecureRounds1764100000070 } from './migrations/add-secure-rounds.js';
import { CreateRoundTimes1764200000070 } from './migrations/create-round-times.js';
import { CreateRoundTables1764000000070 } from './migrations/create-round-tables.js';
import { ParticipantEntity } from './participant.entity.js';
import { RoundSecretsEntity } from './round-secrets.entity.js';
import { RoundTimeEntity } from './round-time.entity.js';

/** What rounds keeps: attempts, their participants, and what secure attempts need until they end. */
export const roundTables: Tables = {
  entities: [AttemptEntity, ParticipantEntity, RoundSecretsEntity, RoundTimeEntity],
  migrations: [
    CreateRoundTables1764000000070,
    AddSecureRounds1764100000070,
    CreateRoundTimes1764200000070,
    AddVotes1764300000070,
  ],
};
