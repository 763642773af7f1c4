/**
 * How a site says that it is: the engine that computes there, the data set of each study, what its hospital does not allow. It is
 * for people to look at, unsigned and in no log; no decision of the coordinator rests on it. docs/protocol/v1.md section 6.
 */
import { z } from 'zod';
import { countSchema, studyIdSchema, versionSchema } from './scalars.js';

const LONGEST_LIST = 1000;

/** A data set's counts are of pictures; a count from 1 to one below the hospital's `data.minCell` is left out. */
const dataSetStateSchema = z.discriminatedUnion('state', [
  /** The study has no data set in the site's settings. */
  z.strictObject({ state: z.literal('none') }),
  z.strictObject({ state: z.literal('unchecked') }),
  z.strictObject({
    state: z.enum(['usable', 'unusable']),
    checkedAtMs: countSchema,
    used: countSchema.optional(),
    skipped: countSchema.optional(),
  }),
]);
export type DataSetState = z.infer<typeof dataSetStateSchema>;

const siteStandingSchema = z.enum([
  /** Nobody of the hospital has decided yet, or it decides now. */
  'offered',
  'joined',
  'declined',
  /** The site stopped trusting the study, or waits for a person. */
  'halted',
  'withdrawn',
  'over',
]);

/** Why the site takes no part in a study or did not take part in its last attempt: the code of a policy rule or of a fault. */
const refusalCodeSchema = z.string().regex(/^[a-z0-9-]{1,64}$/);

export const siteReportSchema = z.strictObject({
  v: versionSchema,
  /** Of the last check of a data set; absent before it. */
  engine: z
    .strictObject({
      backend: z.string().min(1).max(40),
      version: z.string().max(100),
      /** `processor`, or what the engine calls the GPU. */
      device: z.string().max(100),
    })
    .optional(),
  paused: z.boolean(),
  studies: z
    .array(
      z.strictObject({
        studyId: studyIdSchema,
        standing: siteStandingSchema,
        refusal: refusalCodeSchema.optional(),
        dataSet: dataSetStateSchema,
      }),
    )
    .max(LONGEST_LIST),
});
export type SiteReport = z.infer<typeof siteReportSchema>;
