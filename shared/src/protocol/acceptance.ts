/**
 * How the sites of a round judge what came of it before it is used: the candidate is measured at each of them, and takes effect when
 * more than half of those that are summed accept it. docs/protocol/v1.md section 4.2.
 */
import { z } from 'zod';
import { decodeFloat } from '../encoding/index.js';
import { floatsThat, positiveFloatSchema } from './float-ranges.js';
import type { Metrics } from './round-documents.js';

export const ACCEPTANCE_METRICS = ['balanced-accuracy', 'loss'] as const;

const toleranceSchema = floatsThat(
  'must be finite and not negative',
  (value) => value >= 0 && Number.isFinite(value),
);

export const acceptanceSchema = z.strictObject({
  /** What a site measures on its validation split. */
  metric: z.enum(ACCEPTANCE_METRICS),
  /** How much worse than the adapter in force the candidate may be, in units of the metric. */
  tolerance: toleranceSchema,
  /** The largest L2 norm of the mean delta; absent = no bound. */
  maxNorm: positiveFloatSchema.optional(),
});
export type Acceptance = z.infer<typeof acceptanceSchema>;

/** Whether the candidate is worse than the adapter in force by more than the tolerance, measured on one and the same split. */
export function isWorse(
  { metric, tolerance }: Acceptance,
  inForce: Metrics,
  candidate: Metrics,
): boolean {
  const most = decodeFloat(tolerance);
  switch (metric) {
    case 'balanced-accuracy':
      return decodeFloat(inForce.balancedAccuracy) - decodeFloat(candidate.balancedAccuracy) > most;
    case 'loss':
      return decodeFloat(candidate.loss) - decodeFloat(inForce.loss) > most;
  }
}
