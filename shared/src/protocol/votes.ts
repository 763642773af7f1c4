/** A site's signed word on a candidate: whether it is to replace the adapter in force. docs/protocol/v1.md section 4.2. */
import { z } from 'zod';
import { contentHashOf } from '../crypto/index.js';
import type { Signed } from '../crypto/index.js';
import type { AttemptId, ContentHash } from '../vocabulary/index.js';
import { bySite, signedHash } from './round-documents.js';
import {
  attemptIdSchema,
  contentHashSchema,
  positiveSchema,
  signedSchema,
  siteIdSchema,
  studyIdSchema,
  versionSchema,
} from './scalars.js';

const voteFields = {
  v: versionSchema,
  studyId: studyIdSchema,
  roundNo: positiveSchema,
  attemptId: attemptIdSchema,
  siteId: siteIdSchema,
  manifestHash: contentHashSchema,
  /** The round record that the vote is about: all that would take effect. */
  recordHash: contentHashSchema,
};

/** No figures: a verdict and a word for its reason. */
export const voteSchema = z.discriminatedUnion('verdict', [
  z.strictObject({
    ...voteFields,
    verdict: z.literal('accept'),
    /** `not-measured`: no validation split, or one so small that the policy lets nothing be said about it. */
    code: z.enum(['within-tolerance', 'not-measured']),
  }),
  z.strictObject({
    ...voteFields,
    verdict: z.literal('refuse'),
    /** `failed`: the candidate cannot be recomputed from its ring sum, or cannot be measured. */
    code: z.enum(['worse', 'norm', 'failed']),
  }),
]);
export type Vote = z.infer<typeof voteSchema>;
export const signedVoteSchema = signedSchema(voteSchema);

/** The votes that decided, sorted by site, named by hash: what the `round.votes` leaf fixes. */
export function votesHash(attemptId: AttemptId, votes: readonly Signed<Vote>[]): ContentHash {
  return contentHashOf({ attemptId, votes: bySite(votes).map((vote) => signedHash(vote)) });
}
