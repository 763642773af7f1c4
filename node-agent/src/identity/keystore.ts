/**
 * The site's Ed25519 identity key: made here, kept in one file that nobody else may read, never sent anywhere. security.md 3.1.
 */
import { lstat, readFile } from 'node:fs/promises';
import {
  generateSigningKeyPair,
  signingKeyPairFrom,
  type SigningKeyPair,
} from '@consilium/shared/crypto';
import { fromBase64, toBase64 } from '@consilium/shared/encoding';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import { systemCode, writeDurably } from '../config/durable-file.js';

const OTHERS = 0o077;

/** The key in the file, or undefined if there is none. @throws ConsiliumError 'secret-unreadable' */
export async function readIdentity(path: string): Promise<SigningKeyPair | undefined> {
  const text = await readPrivateFile(path);
  if (text === undefined) {
    return undefined;
  }
  try {
    return signingKeyPairFrom(fromBase64(text.trim()));
  } catch (cause) {
    throw new ConsiliumError('secret-unreadable', `${path} holds no identity key`, { cause });
  }
}

/** The key in the file; makes one first if there is none, so that an enrolment that was cut short keeps its key. */
export async function ensureIdentity(path: string): Promise<SigningKeyPair> {
  const existing = await readIdentity(path);
  if (existing !== undefined) {
    return existing;
  }
  const key = generateSigningKeyPair();
  await writeDurably(path, `${toBase64(key.secretKey)}\n`);
  return key;
}

/** A file that others can read is no secret any more: it is refused, not repaired. */
export async function readPrivateFile(path: string): Promise<string | undefined> {
  try {
    const status = await lstat(path);
    if (!status.isFile() || (status.mode & OTHERS) !== 0) {
      throw new ConsiliumError(
        'secret-unreadable',
        `${path} must be a file that only its owner may read: chmod 600, and enrol anew if somebody could read it`,
      );
    }
    return await readFile(path, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}
