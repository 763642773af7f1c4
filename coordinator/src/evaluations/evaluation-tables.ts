import type { Tables } from '../database/tables.js';
import { EvaluationEntity } from './evaluation.entity.js';
import { CreateEvaluationTables1764000000060 } from './migrations/create-evaluation-tables.js';

/** What sites measured. */
export const evaluationTables: Tables = {
  entities: [EvaluationEntity],
  migrations: [CreateEvaluationTables1764000000060],
};
