/**
 * A person's signing key in a file of its owner alone. With a passphrase the secret half is sealed under a key that scrypt
 * (RFC 7914, N = 2^17, r = 8, p = 1: about 128 MiB) makes of it. It never leaves this machine.
 */
import { scryptSync } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import {
  generateSigningKeyPair,
  keyIdOf,
  openSecret,
  randomBytes,
  sealSecret,
  signingKeyPairFrom,
  type SigningKeyPair,
} from '@consilium/shared/crypto';
import { fromBase64, parseJson, toBase64, utf8 } from '@consilium/shared/encoding';
import { publicKeySchema } from '@consilium/shared/protocol';
import { ConsiliumError, type KeyId } from '@consilium/shared/vocabulary';
import { z } from 'zod';
import { newSecretFile } from './secret-input.js';

const FORMAT = 'consilium-person-key';
const PURPOSE = 'person-key';
const SCRYPT = { N: 2 ** 17, r: 8, p: 1, maxmem: 256 * 1024 * 1024 } as const;
const KEY_BYTES = 32;
const SALT_BYTES = 16;
const FILE_BYTES = 4096;

const fileSchema = z.strictObject({
  format: z.literal(FORMAT),
  v: z.literal(1),
  publicKey: publicKeySchema,
  secret: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('plain'), key: z.base64() }),
    z.strictObject({ kind: z.literal('scrypt'), salt: z.base64(), sealed: z.base64() }),
  ]),
});
type KeyFile = z.infer<typeof fileSchema>;

interface PublicHalf {
  readonly keyId: KeyId;
  readonly publicKey: string;
}

/** @throws ConsiliumError 'conflict' when the file exists, 'bad-request' where none can be made */
export async function createKeyFile(
  path: string,
  passphrase: string | undefined,
): Promise<PublicHalf> {
  const pair = generateSigningKeyPair();
  const publicKey = toBase64(pair.publicKey);
  const secret = sealed(pair, passphrase);
  const content: KeyFile = { format: FORMAT, v: 1, publicKey, secret };
  const file = await newSecretFile(path);
  await file.write(JSON.stringify(content));
  return { keyId: keyIdOf(pair.publicKey), publicKey };
}

/**
 * @param askPassphrase called where the file needs one
 * @throws ConsiliumError 'bad-request' for a file that is none or that others may read, 'secret-unreadable' for a wrong passphrase
 */
export async function readKeyFile(
  path: string,
  askPassphrase: () => Promise<string | undefined>,
): Promise<SigningKeyPair> {
  const { publicKey, secret } = await parsed(path);
  const key =
    secret.kind === 'plain' ? fromBase64(secret.key) : opened(path, secret, await askPassphrase());
  const pair = signingKeyPairFrom(key);
  if (toBase64(pair.publicKey) !== publicKey) {
    throw new ConsiliumError('bad-request', `${path}: its two halves do not belong together`);
  }
  return pair;
}

function sealed(pair: SigningKeyPair, passphrase: string | undefined): KeyFile['secret'] {
  if (passphrase === undefined) {
    return { kind: 'plain', key: toBase64(pair.secretKey) };
  }
  const salt = randomBytes(SALT_BYTES);
  const box = sealSecret(pair.secretKey, stretched(passphrase, salt), PURPOSE);
  return { kind: 'scrypt', salt: toBase64(salt), sealed: toBase64(box) };
}

function opened(
  path: string,
  secret: Extract<KeyFile['secret'], { kind: 'scrypt' }>,
  passphrase: string | undefined,
): Uint8Array {
  if (passphrase === undefined) {
    const message = `${path} has a passphrase: name its file with --passphrase-file`;
    throw new ConsiliumError('bad-request', message);
  }
  const kek = stretched(passphrase, fromBase64(secret.salt));
  return openSecret(fromBase64(secret.sealed), kek, PURPOSE);
}

function stretched(passphrase: string, salt: Uint8Array): Uint8Array {
  return new Uint8Array(scryptSync(utf8(passphrase.normalize('NFC')), salt, KEY_BYTES, SCRYPT));
}

async function parsed(path: string): Promise<KeyFile> {
  let text: string;
  try {
    const { mode, size } = await stat(path);
    if ((mode & 0o077) !== 0) {
      const message = `${path} can be read by others: chmod 600 ${path}`;
      throw new ConsiliumError('bad-request', message);
    }
    text = size > FILE_BYTES ? '' : await readFile(path, 'utf8');
  } catch (cause) {
    if (cause instanceof ConsiliumError) {
      throw cause;
    }
    throw new ConsiliumError('bad-request', `${path} cannot be read`, { cause });
  }
  const file = fileSchema.safeParse(jsonOf(text));
  if (!file.success) {
    const message = `${path} is no key file: make one with "consilium key create --out FILE"`;
    throw new ConsiliumError('bad-request', message);
  }
  return file.data;
}

/** Undefined for what is no JSON: the schema refuses it then, and nothing of a secret gets into a message. */
function jsonOf(text: string): unknown {
  try {
    return parseJson(text, { maxBytes: FILE_BYTES });
  } catch (error) {
    if (error instanceof ConsiliumError) {
      return undefined;
    }
    throw error;
  }
}
