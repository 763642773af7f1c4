/** How a site changes its own place: a new key, or an end. docs/protocol/v1.md section 3. */
import { z } from 'zod';
import {
  countSchema,
  keyIdSchema,
  publicKeySchema,
  signedSchema,
  siteIdSchema,
  studyIdSchema,
  versionSchema,
} from './scalars.js';

/** A site takes a new identity key: the old key hands over, the new one proves that it is held. */
export const keyRotationSchema = z.strictObject({
  v: versionSchema,
  siteId: siteIdSchema,
  coordinatorKeyId: keyIdSchema,
  oldKey: publicKeySchema,
  newKey: publicKeySchema,
});
export type KeyRotation = z.infer<typeof keyRotationSchema>;

/** The same body under both signatures, domain `key-rotation`. */
export const doublySignedKeyRotationSchema = z.strictObject({
  byOld: signedSchema(keyRotationSchema),
  byNew: signedSchema(keyRotationSchema),
});
export type DoublySignedKeyRotation = z.infer<typeof doublySignedKeyRotationSchema>;

/** A site leaves a study; nothing that it sends afterwards counts. Domain `withdrawal`. */
export const withdrawalSchema = z.strictObject({
  v: versionSchema,
  studyId: studyIdSchema,
  siteId: siteIdSchema,
  /** The last round whose result this site verified. */
  afterRound: countSchema,
});
export type Withdrawal = z.infer<typeof withdrawalSchema>;
export const signedWithdrawalSchema = signedSchema(withdrawalSchema);
