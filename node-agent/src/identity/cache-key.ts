/**
 * The site's secret behind its trunk caches: made here, kept in one file that nobody else may read, and never handed on itself. The
 * trainer of a study gets a key that follows from it, which opens the cache of that study alone.
 */
import { hkdf, randomBytes } from '@consilium/shared/crypto';
import { fromBase64, requireBytes, toBase64, utf8 } from '@consilium/shared/encoding';
import { ConsiliumError, type StudyId } from '@consilium/shared/vocabulary';
import { writeDurably } from '../config/durable-file.js';
import { readPrivateFile } from './keystore.js';

const SECRET_BYTES = 32;

/** The secret in the file; makes one first if there is none. @throws ConsiliumError 'secret-unreadable' */
export async function ensureCacheSecret(path: string): Promise<Uint8Array> {
  const text = await readPrivateFile(path);
  if (text === undefined) {
    const secret = randomBytes(SECRET_BYTES);
    await writeDurably(path, `${toBase64(secret)}\n`);
    return secret;
  }
  try {
    return requireBytes(fromBase64(text.trim()), SECRET_BYTES, 'secret of the trunk caches');
  } catch (cause) {
    const message = `${path} holds no secret of trunk caches: delete it, and what is cached is computed again`;
    throw new ConsiliumError('secret-unreadable', message, { cause });
  }
}

/** The key of one study's cache, in base64: HKDF (RFC 5869) with the study as salt. */
export function studyCacheKey(secret: Uint8Array, studyId: StudyId): string {
  return toBase64(hkdf(secret, utf8(studyId), 'consilium/v1/trunk-cache', SECRET_BYTES));
}
