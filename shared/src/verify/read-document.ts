/** From the bytes of a bundle's file to a document: canonical JSON of the right form, or a coded error. */
import type { z } from 'zod';
import { parseCanonicalJson } from '../encoding/index.js';
import { ConsiliumError } from '../vocabulary/index.js';
import { JSON_BYTES } from './bundle-paths.js';
import type { BundleSource } from './bundle-source.js';

/** @throws ConsiliumError 'not-found', 'message-too-large', 'bad-encoding', or 'bad-message' naming the faulty member */
export function readDocument<S extends z.ZodType>(
  source: BundleSource,
  path: string,
  schema: S,
): z.output<S> {
  return parseDocument(source.read(path, JSON_BYTES), schema, JSON_BYTES);
}

/** @throws ConsiliumError 'message-too-large', 'bad-encoding', or 'bad-message' naming the faulty member */
export function parseDocument<S extends z.ZodType>(
  bytes: Uint8Array,
  schema: S,
  maxBytes: number,
): z.output<S> {
  const result = schema.safeParse(parseCanonicalJson(bytes, { maxBytes }));
  if (!result.success) {
    const [issue] = result.error.issues;
    const path = issue?.path.map(String).join('.') ?? '';
    throw new ConsiliumError(
      'bad-message',
      `${path === '' ? 'document' : path}: ${issue?.message}`,
    );
  }
  return result.data;
}
