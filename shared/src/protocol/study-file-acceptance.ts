/** What a study file says of the vote on each candidate, and what the study protocol makes of it. docs/protocol/v1.md section 4.2. */
import { z } from 'zod';
import { encodeFloat } from '../encoding/index.js';
import { ACCEPTANCE_METRICS, type Acceptance } from './acceptance.js';

/** So that the rounding of the fixed-point form never breaks the bound that follows from clipping. */
const CLIPPING_SLACK = 1 + 2 ** -10;

const blockSchema = z.strictObject({
  metric: z.enum(ACCEPTANCE_METRICS).default('balanced-accuracy'),
  tolerance: z.number().min(0).max(1000).default(0.05),
  maxNorm: z.number().positive().finite().optional(),
});

/** In a study file: sites vote unless it says "off". */
export const acceptanceFileSchema = z
  .union([z.literal('off'), blockSchema], {
    error: ({ code }) =>
      code === 'invalid_union' ? 'must be "off", or metric, tolerance and maxNorm' : undefined,
  })
  .prefault({});

/**
 * Of the study protocol, with every default filled in. Where the sites clip their deltas to a norm, so do not exceed it in the mean,
 * that norm is the bound unless the file names one.
 */
export function resolveAcceptance(
  file: z.output<typeof acceptanceFileSchema>,
  clipNorm: number | undefined,
): Acceptance | undefined {
  if (file === 'off') {
    return undefined;
  }
  const maxNorm = file.maxNorm ?? (clipNorm === undefined ? undefined : clipNorm * CLIPPING_SLACK);
  return {
    metric: file.metric,
    tolerance: encodeFloat(file.tolerance),
    ...(maxNorm === undefined ? {} : { maxNorm: encodeFloat(maxNorm) }),
  };
}
