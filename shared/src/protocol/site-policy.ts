/**
 * What a hospital allows: its policy, as `policy.yaml` says it and as it is hashed into every join and update header. The policy
 * beats the coordinator: a study or a round that it does not allow is declined. docs/protocol/v1.md section 3.
 */
import { z } from 'zod';
import { contentHashOf } from '../crypto/index.js';
import { encodeFloat } from '../encoding/index.js';
import { ConsiliumError, LIMITS, type ContentHash } from '../vocabulary/index.js';
import {
  contentHashSchema,
  countSchema,
  keyIdSchema,
  positiveSchema,
  publicKeySchema,
  siteIdSchema,
} from './scalars.js';

/** A number above 0, in a form that can be hashed. */
const positiveNumber = z.number().positive().finite().transform(encodeFloat);

const EACH_ONCE = 'must name each one once';
const isDistinct = (values: readonly string[]) => new Set(values).size === values.length;

const windowSchema = z.strictObject({
  /** When a window opens: minute, hour, day of month, month, day of week. */
  cron: z
    .string()
    .trim()
    .regex(/^\S+( +\S+){4}$/, 'must be a cron pattern of five fields, such as "0 20 * * 1-5"'),
  /** How long it stays open. */
  minutes: z.int().min(1).max(10_080),
  /** IANA name of the zone that the pattern is read in. */
  timeZone: z
    .string()
    .refine(isTimeZone, 'must be the name of a time zone, such as Europe/Berlin')
    .default('UTC'),
});
export type TrainingWindow = z.infer<typeof windowSchema>;

const membersSchema = z.strictObject({
  /** Members whose keys this hospital knows by its own means. */
  known: z
    .array(z.strictObject({ site: siteIdSchema, key: publicKeySchema }))
    .max(LIMITS.sitesPerStudy)
    .refine((members) => isDistinct(members.map(({ key }) => key)), EACH_ONCE)
    .default([]),
  /** With so many others of a cohort known or approved, strangers among it are borne with; absent: no stranger is. */
  atLeastKnown: countSchema.max(LIMITS.sitesPerStudy).optional(),
});

/** An empty file, and no file, is the strictest policy that a study can still run under. */
export const sitePolicySchema = z.strictObject({
  v: z.literal(1).default(1),
  studies: z
    .strictObject({
      /** Hashes of study protocols, or ids of coordinator keys that sign them; absent: whatever a person approves. */
      allow: z
        .array(z.union([contentHashSchema, keyIdSchema]))
        .max(1000)
        .refine(isDistinct, EACH_ONCE)
        .optional(),
    })
    .prefault({}),
  participation: z
    .strictObject({
      /** Sites below which a sum may give away what this one sent. */
      minSites: z.int().min(2).max(LIMITS.sitesPerStudy).default(3),
    })
    .prefault({}),
  data: z
    .strictObject({
      /** Training pictures below which this site stays away. */
      minRows: positiveSchema.default(1),
      /** Figures on a split leave only if each of its classes has no picture or at least so many. */
      minCell: positiveSchema.default(5),
    })
    .prefault({}),
  aggregation: z.strictObject({ require: z.enum(['secure', 'any']).default('any') }).prefault({}),
  privacy: z
    .strictObject({
      requireDifferentialPrivacy: z.boolean().default(false),
      maxEpsilonPerYear: positiveNumber.optional(),
    })
    .prefault({}),
  update: z
    .strictObject({
      /** One update as it is sent, before encryption: four bytes a parameter. */
      maxBytes: positiveSchema.max(LIMITS.adapterBytes).default(LIMITS.adapterBytes),
      /** The study must clip the whole update to this L2 norm or less. */
      clipNorm: positiveNumber.optional(),
    })
    .prefault({}),
  schedule: z
    .strictObject({
      /** Training begins only in one of these; none: at any time. */
      windows: z.array(windowSchema).max(100).default([]),
    })
    .prefault({}),
  resources: z
    .strictObject({
      threads: z.int().min(1).max(1024).optional(),
      memoryMiB: z.int().min(256).max(1_048_576).optional(),
      gpu: z.enum(['allow', 'forbid', 'require']).default('allow'),
      /** Added to the niceness of the agent's processes: 19 gives way to everything else. */
      nice: z.int().min(0).max(19).default(0),
    })
    .prefault({}),
  network: z
    .strictObject({
      /** Hosts that the agent may connect to; absent: the coordinator of agent.yaml, whichever it is. */
      allowHosts: z
        .array(z.string().min(1).max(253))
        .max(100)
        .refine(isDistinct, EACH_ONCE)
        .optional(),
    })
    .prefault({}),
  approval: z
    .strictObject({
      mode: z.enum(['manual', 'automatic']).default('manual'),
      /** How many people must approve, each under a name of his own. */
      people: z.union([z.literal(1), z.literal(2)]).default(1),
    })
    .prefault({}),
  members: membersSchema.prefault({}),
  share: z
    .strictObject({
      logs: z.enum(['none', 'errors', 'all']).default('none'),
      metrics: z.enum(['none', 'aggregate', 'all']).default('aggregate'),
      predictions: z.enum(['none', 'aggregate', 'perCase']).default('none'),
    })
    .prefault({}),
});

/** With every default filled in; numbers that are not whole are floats of the protocol. */
export type SitePolicy = z.output<typeof sitePolicySchema>;

/** @param file what YAML gives; nothing at all is an empty file. @throws ConsiliumError 'bad-configuration' with every fault and its path */
export function parseSitePolicy(file: unknown): SitePolicy {
  const result = sitePolicySchema.safeParse(file ?? {});
  if (!result.success) {
    const faults = result.error.issues.map(({ path, message }) => {
      const place = path.map(String).join('.');
      return `${place === '' ? '(whole file)' : place}: ${message}`;
    });
    const count = `${faults.length} fault${faults.length === 1 ? '' : 's'}`;
    throw new ConsiliumError(
      'bad-configuration',
      `policy.yaml has ${count}:\n  ${faults.join('\n  ')}`,
    );
  }
  return result.data;
}

/** Content hash of the policy with every default filled in: what joins and update headers carry. */
export function sitePolicyHash(policy: SitePolicy): ContentHash {
  return contentHashOf(policy);
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
