/** Path parameters of routes about one account. */
import { isOperatorId, type OperatorId } from '@consilium/shared/vocabulary';
import { z } from 'zod';

const operatorId = z.custom<OperatorId>(
  isOperatorId,
  'expected "op-" and 12 lower-case hex digits',
);

export const ofOperator = z.strictObject({ operatorId });
