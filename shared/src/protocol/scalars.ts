/** The scalar forms that every protocol document is made of, as zod schemas. docs/protocol/v1.md section 1. */
import { z } from 'zod';
import { isFloatBits } from '../encoding/index.js';
import {
  isAttemptId,
  isContentHash,
  isKeyId,
  isOperatorId,
  isSiteId,
  isStudyId,
} from '../vocabulary/index.js';

const NAME = 'must be 1 to 63 lower-case letters, digits and hyphens, not constructor or prototype';

export const studyIdSchema = z.string().refine(isStudyId, NAME);
export const siteIdSchema = z.string().refine(isSiteId, NAME);
export const attemptIdSchema = z.string().refine(isAttemptId, 'must be 32 lower-case hex digits');
export const keyIdSchema = z.string().refine(isKeyId, 'must be 16 lower-case hex digits');
export const operatorIdSchema = z
  .string()
  .refine(isOperatorId, 'must be op- and 12 lower-case hex digits');
export const contentHashSchema = z
  .string()
  .refine(isContentHash, 'must be sha256: and 64 lower-case hex digits');
export const floatBitsSchema = z
  .string()
  .refine(isFloatBits, 'must be f64: and the 16 hex digits of a number');

/** The last digits that leave no padding bit set, by how many '=' follow: else one key would have several texts. */
const LAST_DIGIT = ['[A-Za-z0-9+/]', '[AEIMQUYcgkosw048]', '[AQgw]'] as const;

/** Bytes of a fixed length in padded base64. */
export function base64Schema(length: number) {
  const padding = (3 - (length % 3)) % 3;
  const characters = Math.ceil(length / 3) * 4 - padding;
  return z
    .string()
    .regex(
      new RegExp(`^[A-Za-z0-9+/]{${characters - 1}}${LAST_DIGIT[padding]}={${padding}}$`),
      `must be ${length} bytes in base64`,
    );
}

export const publicKeySchema = base64Schema(32);
export const signatureSchema = base64Schema(64);
export const hash32Schema = base64Schema(32);

export const countSchema = z.int().min(0).max(Number.MAX_SAFE_INTEGER);
export const positiveSchema = z.int().min(1).max(Number.MAX_SAFE_INTEGER);
export const versionSchema = z.literal(1);

/** A signed body: the signature covers the domain of the message and the canonical bytes of `body`. */
export function signedSchema<T extends z.ZodType>(body: T) {
  return z.strictObject({ body, keyId: keyIdSchema, signature: signatureSchema });
}
