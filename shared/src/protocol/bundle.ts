/** The evidence bundle: a folder that proves a study's history to somebody with no network and no database. docs/protocol/v1.md section 7. */
import { z } from 'zod';
import { signedActSchema } from './acts.js';
import {
  contentHashSchema,
  countSchema,
  hash32Schema,
  positiveSchema,
  publicKeySchema,
  signedSchema,
  studyIdSchema,
  versionSchema,
} from './scalars.js';

/** `bundle.json`: what else is in the folder, signed by the coordinator. */
export const bundleIndexSchema = z.strictObject({
  format: z.literal('consilium-bundle'),
  v: versionSchema,
  studyId: studyIdSchema,
  origin: z.string().min(1).max(200),
  coordinatorKey: publicKeySchema,
  logKey: publicKeySchema,
  createdAtMs: countSchema,
  files: z.array(
    z.strictObject({
      path: z.string().regex(/^[a-z0-9][a-z0-9./-]{0,199}$/),
      hash: contentHashSchema,
      bytes: countSchema,
    }),
  ),
});
export type BundleIndex = z.infer<typeof bundleIndexSchema>;
export const signedBundleIndexSchema = signedSchema(bundleIndexSchema);

/** `log.json`: the study's leaves and the leaves of the whole log that concern all studies, each with its inclusion proof. */
export const bundleLogSchema = z.strictObject({
  v: versionSchema,
  /** Signed notes, ascending in size; the last one is what every inclusion proof leads to. */
  checkpoints: z.array(z.string().max(4096)).min(1),
  /** Between neighbours of `checkpoints`. */
  consistency: z.array(
    z.strictObject({
      oldSize: countSchema,
      newSize: positiveSchema,
      proof: z.array(hash32Schema),
    }),
  ),
  leaves: z.array(
    z.strictObject({
      index: countSchema,
      /** The leaf's canonical JSON, as text, so that its bytes are exact. */
      leaf: z.string().max(65_535),
      inclusion: z.array(hash32Schema),
    }),
  ),
});
export type BundleLog = z.infer<typeof bundleLogSchema>;

/** `acts.json`: what people signed of the study, in the order of the leaves. Their keys are leaves of the log. */
export const bundleActsSchema = z.strictObject({
  v: versionSchema,
  /** The addresses of the coordinator's pages, on which passkeys may sign. */
  origins: z.array(z.url().max(300)).max(16),
  acts: z.array(signedActSchema),
});
export type BundleActs = z.infer<typeof bundleActsSchema>;

/** Where each document of a bundle lies. Everything is canonical JSON but ring sums and masked updates (u32 little-endian) and adapter checkpoints (safetensors). */
export const BUNDLE_PATHS = {
  index: 'bundle.json',
  log: 'log.json',
  studyProtocol: 'study-protocol.json',
  joins: 'joins.json',
  rosters: 'rosters.json',
  evaluations: 'evaluations.json',
  rotations: 'rotations.json',
  withdrawals: 'withdrawals.json',
  acts: 'acts.json',
  adapter: (roundNo: number) => `adapters/${roundNo}.safetensors`,
  manifest: (attemptId: string) => `attempts/${attemptId}/manifest.json`,
  adverts: (attemptId: string) => `attempts/${attemptId}/adverts.json`,
  headers: (attemptId: string) => `attempts/${attemptId}/headers.json`,
  declines: (attemptId: string) => `attempts/${attemptId}/declines.json`,
  record: (attemptId: string) => `attempts/${attemptId}/record.json`,
  ringSum: (attemptId: string) => `attempts/${attemptId}/ring-sum.bin`,
  shares: (attemptId: string) => `attempts/${attemptId}/shares.json`,
  endorsements: (attemptId: string) => `attempts/${attemptId}/endorsements.json`,
  revealed: (attemptId: string) => `attempts/${attemptId}/revealed.json`,
  votes: (attemptId: string) => `attempts/${attemptId}/votes.json`,
  masked: (attemptId: string, siteId: string) => `attempts/${attemptId}/masked/${siteId}.bin`,
} as const;
