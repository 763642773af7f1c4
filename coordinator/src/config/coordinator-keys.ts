/**
 * The coordinator's own secrets (security.md 1.4): its identity, the key that signs the log and the key that seals other keys
 * at rest. Made at the first start, loaded at every later one.
 */
import { join } from 'node:path';
import {
  generateSigningKeyPair,
  randomBytes,
  signingKeyPairFrom,
  type SigningKeyPair,
} from '@consilium/shared/crypto';
import { fromBase64, toBase64 } from '@consilium/shared/encoding';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import type { CoordinatorConfig } from './config-schema.js';
import { readOrCreateSecretFile, type SecretFileRules } from './secret-file.js';

/** Names in the folder of keys. */
export const KEY_FILES = {
  identity: 'identity.key',
  log: 'log.key',
  encryption: 'encryption.key',
} as const;

/** A class so that Nest can inject it by type; it prints as nothing. */
export class CoordinatorKeys {
  constructor(
    /** Signs manifests, rosters and handshakes. */
    readonly identity: SigningKeyPair,
    /** Signs checkpoints of the log, and nothing else. */
    readonly log: SigningKeyPair,
    /** 32 bytes, AES-256-GCM, seals private keys in the database. */
    readonly keyEncryptionKey: Uint8Array,
  ) {}

  toJSON(): string {
    return '[redacted]';
  }
}

/** @throws ConsiliumError 'bad-configuration' naming the file that is unreadable, exposed or not a key. */
export function loadOrCreateKeys(config: CoordinatorConfig): CoordinatorKeys {
  const folder = keysFolder(config);
  const rules: SecretFileRules = { groupReadable: config.keys.groupReadable };
  return new CoordinatorKeys(
    signingKey(join(folder, KEY_FILES.identity), rules),
    signingKey(join(folder, KEY_FILES.log), rules),
    encryptionKey(join(folder, KEY_FILES.encryption), rules),
  );
}

export function keysFolder({ keys, dataFolder }: CoordinatorConfig): string {
  return keys.folder ?? join(dataFolder, 'keys');
}

function signingKey(file: string, rules: SecretFileRules): SigningKeyPair {
  const create = (): string => toBase64(generateSigningKeyPair().secretKey);
  const secretKey = decode(file, readOrCreateSecretFile(file, create, rules), 64);
  try {
    return signingKeyPairFrom(secretKey);
  } catch (cause) {
    throw refuse(file, 'it was altered: restore it from a backup', cause);
  }
}

function encryptionKey(file: string, rules: SecretFileRules): Uint8Array {
  return decode(
    file,
    readOrCreateSecretFile(file, () => toBase64(randomBytes(32)), rules),
    32,
  );
}

function decode(file: string, line: string, length: number): Uint8Array {
  let bytes: Uint8Array;
  try {
    bytes = fromBase64(line);
  } catch {
    throw refuse(file, 'expected base64');
  }
  if (bytes.length !== length) {
    throw refuse(file, `expected ${length} bytes, got ${bytes.length}`);
  }
  return bytes;
}

function refuse(file: string, reason: string, cause?: unknown): ConsiliumError {
  return new ConsiliumError('bad-configuration', `key file ${file}: ${reason}`, { cause });
}
