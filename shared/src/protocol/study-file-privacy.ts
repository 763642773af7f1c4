/** What a study file says of secure aggregation, and the sizes in which no secure sum hides anything. docs/protocol/v1.md section 4.1. */
import { z } from 'zod';
import { LIMITS } from '../vocabulary/index.js';
import { groupFileSchema } from './secure-groups.js';

const SAY = 'must say "on", or "off", in which the coordinator can read single updates';

const statedSchema = z.discriminatedUnion(
  'secureAggregation',
  [
    z.strictObject({ secureAggregation: z.literal('off') }),
    z.strictObject({
      secureAggregation: z.literal('on'),
      /** Sites that are assumed to pool what they see with each other or with the coordinator. */
      colluders: z.int().min(1).max(LIMITS.secureSites).default(1),
      /** Absent: all sites are summed together. */
      groups: groupFileSchema.optional(),
    }),
  ],
  { error: ({ code }) => (code === 'invalid_union' ? SAY : undefined) },
);

/** A study is secure unless its file says "off". */
export const privacyFileSchema = z
  .preprocess(
    (value) => (isUnstated(value) ? { ...value, secureAggregation: 'on' } : value),
    statedSchema,
  )
  .prefault({});
type PrivacyFile = z.output<typeof privacyFileSchema>;

interface SecureFault {
  /** Of the participation. */
  readonly field: 'minSites' | 'sites';
  readonly message: string;
}

/** Why no secure sum comes of so many sites; none where the study is plain. */
export function secureFaults(
  privacy: PrivacyFile,
  { minSites, sites }: { readonly minSites: number; readonly sites: 'all' | readonly string[] },
): SecureFault[] {
  if (privacy.secureAggregation === 'off') {
    return [];
  }
  const faults: SecureFault[] = [];
  const tooFew = reasonAgainst(minSites, privacy.colluders);
  if (tooFew !== undefined) {
    faults.push({ field: 'minSites', message: tooFew });
  }
  const most = LIMITS.secureSites;
  const why = `a secure sum holds at most ${most} sites, each of which deals shares to every other one`;
  if (minSites > most) {
    faults.push({ field: 'minSites', message: `${why}: lower ${minSites}` });
  }
  if (sites !== 'all' && sites.length > most) {
    faults.push({ field: 'sites', message: `${why}: list fewer than these ${sites.length}` });
  }
  return faults;
}

function reasonAgainst(minSites: number, colluders: number): string | undefined {
  const fewest = Math.max(3, colluders + 2);
  if (minSites < 3) {
    return `of a secure sum of two sites each knows the update of the other: have at least ${fewest}`;
  }
  return minSites < fewest
    ? `${colluders} colluding sites know the one update that a secure sum of ${colluders + 1} has beside theirs: have at least ${fewest}`
    : undefined;
}

function isUnstated(value: unknown): value is object {
  return (
    typeof value === 'object' &&
    value !== null &&
    (value as Readonly<Record<string, unknown>>)['secureAggregation'] === undefined
  );
}
