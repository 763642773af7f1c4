/** A study as people are shown it: `GET /v1/studies` and `GET /v1/studies/:studyId`. */
import { z } from 'zod';
import { groupRulesSchema } from '../protocol/secure-groups.js';
import { siteIdSchema } from '../protocol/scalars.js';

/** The numbers of a study that sums in secret, as `explainSecurity` takes and gives them. */
const secureNumbersSchema = z.object({
  kind: z.literal('secure'),
  /** Of the cohort that the numbers are for. */
  sites: z.int(),
  colluders: z.int(),
  /** Endorsements before a share leaves, and shares that open a secret. */
  threshold: z.int(),
  /** Sites that an attempt cannot do without. */
  required: z.int(),
  /** Sites that may fall silent in an attempt without stopping it. */
  dropoutsTolerated: z.int(),
  /** Where sites are summed in groups. */
  groups: groupRulesSchema
    .extend({
      /** Groups that must be left. */
      fewest: z.int(),
      /** How the members of today are cut; none until there are enough of them. */
      members: z.array(z.array(siteIdSchema)),
    })
    .optional(),
});

/** Characters of what people give as reason for a pause, a stop or giving an attempt up; with who did it, it fits into a leaf. */
export const REASON_LENGTH = 120;

export const studyViewSchema = z.object({
  studyId: z.string(),
  title: z.string(),
  phase: z.enum(['recruiting', 'running', 'completed', 'failed']),
  /** Why it failed; empty otherwise. */
  reason: z.string(),
  /** Of a running study that people paused: no attempt is opened. */
  pause: z.object({ by: z.string(), reason: z.string(), pausedAtMs: z.int() }).optional(),
  protocolHash: z.string(),
  backboneHash: z.string(),
  minSites: z.int(),
  /** What the aggregation protects against, needs and does not promise, in sentences. */
  aggregation: z.array(z.string()),
  security: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('plain') }),
    secureNumbersSchema,
  ]),
  sites: z.array(
    z.object({
      siteId: z.string(),
      joinedAtMs: z.int(),
      images: z.int(),
      used: z.int(),
      skipped: z.int(),
      /** False once it has left or was revoked. */
      member: z.boolean(),
    }),
  ),
  declined: z.array(z.object({ siteId: z.string(), code: z.string() })),
  rounds: z.object({ committed: z.int(), total: z.int() }),
  adapterCheckpointHash: z.string(),
});
export type StudyView = z.infer<typeof studyViewSchema>;
