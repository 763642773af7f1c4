/** What the routes of bundles and of the log's proofs answer, as far as a page looks into it: the verifier reads the rest. */
import { z } from 'zod';

/** Of `GET /v1/studies/:studyId/bundle`. */
export const bundleAnswerSchema = z.object({ index: z.unknown() });

/** Of `GET /v1/log/proofs/consistency`: hashes in base64, from the lowest upwards. */
export const consistencyAnswerSchema = z.object({ proof: z.array(z.string()) });
