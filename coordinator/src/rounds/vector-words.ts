/** How long the vectors of an attempt are: a word for each parameter, and in a secure attempt the metric words after them. */
import { metricWordCount } from '@consilium/shared/secagg';
import { schemaSize } from '@consilium/shared/tensors';
import type { Study } from '../studies/studies.service.js';
import { isSecure, type Attempt } from './attempt.js';

export function vectorWords(attempt: Attempt, { schema, protocol }: Study): number {
  const metrics = isSecure(attempt) ? metricWordCount(protocol.task.classes.length) : 0;
  return schemaSize(schema) + metrics;
}
