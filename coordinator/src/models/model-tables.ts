import type { Tables } from '../database/tables.js';
import { AdapterCheckpointEntity } from './adapter-checkpoint.entity.js';
import { BackboneEntity } from './backbone.entity.js';
import { CandidateSumEntity } from './candidate-sum.entity.js';
import { CreateCandidateSums1764300000011 } from './migrations/create-candidate-sums.js';
import { CreateModelTables1764000000011 } from './migrations/create-model-tables.js';

/** What is known of models. */
export const modelTables: Tables = {
  entities: [BackboneEntity, AdapterCheckpointEntity, CandidateSumEntity],
  migrations: [CreateModelTables1764000000011, CreateCandidateSums1764300000011],
};
