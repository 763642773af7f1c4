/**
 * The file of a backup: one line that says what it is, then sealed frames. A frame is its length (4 bytes, big-endian) and
 * AES-256-GCM of a kind and content, bound to the line before all frames and to its own position, so that none can be left out,
 * moved or taken from another backup. The key is scrypt (RFC 7914, N = 2^17, r = 8, p = 1: about 128 MiB) of the passphrase with
 * the salt of the line. docs/operations.md has the format.
 */
import { scryptSync } from 'node:crypto';
import { contentHash, openSecret, randomBytes, sealSecret } from '@consilium/shared/crypto';
import { concatBytes, fromBase64, toBase64, utf8 } from '@consilium/shared/encoding';
import { ConsiliumError, isConsiliumError } from '@consilium/shared/vocabulary';
import { z } from 'zod';
import type { ByteReader } from './byte-reader.js';

const FORMAT = 'consilium-backup';
const SCRYPT = { N: 2 ** 17, r: 8, p: 1, maxmem: 256 * 1024 * 1024 } as const;
const KEY_BYTES = 32;
const SALT_BYTES = 16;
const HEADER_BYTES = 256;
const LENGTH_BYTES = 4;
/** Content of one frame at most, in bytes. */
export const FRAME_BYTES = 2 ** 20;
/** Of a manifest, which names every blob. */
const MANIFEST_BYTES = 2 ** 28;

const KINDS = ['file', 'data', 'manifest'] as const;

/** `file` begins a file with its name, `data` goes on with it, `manifest` is the last frame. */
export interface Frame {
  readonly kind: (typeof KINDS)[number];
  readonly content: Uint8Array;
}

const headerSchema = z.strictObject({
  format: z.literal(FORMAT),
  v: z.literal(1),
  salt: z.base64().length(24),
});

/** The 32-byte key of a backup by its salt. */
export type KeyOfSalt = (salt: Uint8Array) => Uint8Array;

/** Made anew only for another salt: whoever reads a file twice waits once. */
export function keysOf(passphrase: string): KeyOfSalt {
  let known: { readonly salt: string; readonly key: Uint8Array } | undefined;
  return (bytes) => {
    const salt = toBase64(bytes);
    known = known?.salt === salt ? known : { salt, key: stretched(passphrase, bytes) };
    return known.key;
  };
}

/** @returns the bytes of the file, in pieces. */
export async function* sealFrames(
  keyOf: KeyOfSalt,
  frames: AsyncIterable<Frame>,
): AsyncGenerator<Uint8Array> {
  const salt = randomBytes(SALT_BYTES);
  const header = { format: FORMAT, v: 1, salt: toBase64(salt) };
  const line = utf8(`${JSON.stringify(header)}\n`);
  const key = keyOf(salt);
  yield line;
  let index = 0;
  for await (const { kind, content } of frames) {
    const plain = concatBytes(Uint8Array.of(KINDS.indexOf(kind)), content);
    const sealed = sealSecret(plain, key, purposeOf(line, index));
    index += 1;
    yield concatBytes(lengthOf(sealed), sealed);
  }
}

/**
 * The frames of a file, each genuine and in its place; ends after the manifest.
 * @throws ConsiliumError 'bad-request' for a file that is no backup or ends too early, 'secret-unreadable' for a wrong passphrase
 * or a changed byte
 */
export async function* openFrames(keyOf: KeyOfSalt, reader: ByteReader): AsyncGenerator<Frame> {
  const line = await reader.line(HEADER_BYTES);
  const key = keyOf(saltOf(line));
  for (let index = 0; ; index += 1) {
    const frame = await nextFrame(reader, key, purposeOf(line, index));
    yield frame;
    if (frame.kind === 'manifest') {
      await reader.requireEnd();
      return;
    }
  }
}

async function nextFrame(reader: ByteReader, key: Uint8Array, purpose: string): Promise<Frame> {
  const length = new DataView((await reader.bytes(LENGTH_BYTES)).buffer).getUint32(0);
  if (length > MANIFEST_BYTES) {
    throw new ConsiliumError(
      'bad-request',
      `${reader.name} is damaged: a frame of ${length} bytes`,
    );
  }
  const plain = opened(await reader.bytes(length), key, purpose, reader.name);
  const kind = KINDS[plain[0] ?? KINDS.length];
  if (kind === undefined) {
    throw new ConsiliumError('bad-request', `${reader.name} has a frame of unknown kind`);
  }
  return { kind, content: plain.subarray(1) };
}

function opened(sealed: Uint8Array, key: Uint8Array, purpose: string, name: string): Uint8Array {
  try {
    return openSecret(sealed, key, purpose);
  } catch (cause) {
    if (!isConsiliumError(cause, 'secret-unreadable')) {
      throw cause;
    }
    const message = `${name}: the passphrase is another one, or the file was altered`;
    throw new ConsiliumError('secret-unreadable', message, { cause });
  }
}

function saltOf(line: Uint8Array): Uint8Array {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(line).toString('utf8'));
  } catch (cause) {
    throw noBackup(cause);
  }
  const header = headerSchema.safeParse(value);
  if (!header.success) {
    throw noBackup(header.error);
  }
  return fromBase64(header.data.salt);
}

function noBackup(cause: unknown): ConsiliumError {
  return new ConsiliumError('bad-request', 'the file is no backup of a coordinator', { cause });
}

function purposeOf(line: Uint8Array, index: number): string {
  return `backup ${contentHash(line)} ${index}`;
}

function lengthOf(sealed: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(LENGTH_BYTES);
  new DataView(bytes.buffer).setUint32(0, sealed.length);
  return bytes;
}

function stretched(passphrase: string, salt: Uint8Array): Uint8Array {
  return new Uint8Array(scryptSync(utf8(passphrase.normalize('NFC')), salt, KEY_BYTES, SCRYPT));
}
