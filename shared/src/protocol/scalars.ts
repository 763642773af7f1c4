/** The scalar forms that every protocol document is made of, as zod schemas. docs/protocol/v1.md section 1. */
import { z } from 'zod';
import {
  isAttemptId,
  isSiteId,
  isStudyId,
  type AttemptId,
  type ContentHash,
  type KeyId,
  type SiteId,
  type StudyId,
} from '../vocabulary/index.js';
import type { FloatBits } from '../encoding/index.js';

const SLUG = 'must be 1 to 63 lower-case letters, digits and hyphens, not constructor or prototype';

export const studyIdSchema = z
  .string()
  .refine(isStudyId, SLUG)
  .transform((id) => id as StudyId);
export const siteIdSchema = z
  .string()
  .refine(isSiteId, SLUG)
  .transform((id) => id as SiteId);
export const attemptIdSchema = z
  .string()
  .refine(isAttemptId, 'must be 32 lower-case hex digits')
  .transform((id) => id as AttemptId);
export const keyIdSchema = z
  .string()
  .regex(/^[0-9a-f]{16}$/, 'must be 16 lower-case hex digits')
  .transform((text) => text as KeyId);
export const contentHashSchema = z
  .string()
  .regex(/^sha256:[0-9a-f]{64}$/, 'must be sha256: and 64 lower-case hex digits')
  .transform((text) => text as ContentHash);
export const floatBitsSchema = z
  .string()
  .regex(/^f64:[0-9a-f]{16}$/, 'must be f64: and 16 lower-case hex digits')
  .transform((text) => text as FloatBits);

/** Bytes of a fixed length in padded base64. */
export function base64Schema(length: number) {
  const characters = Math.ceil(length / 3) * 4;
  return z
    .string()
    .length(characters)
    .regex(/^[A-Za-z0-9+/]*={0,2}$/, `must be ${length} bytes in base64`);
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
