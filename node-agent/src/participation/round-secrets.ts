/**
 * The secrets of one attempt: the X25519 transport key of its advert and, of a secure attempt, the mask key, the seed of the self
 * mask, this site's shares of its own two secrets and the answer that takes masks off. They lie in one file, so that they can be
 * deleted when the attempt is over; the journal never holds them. What other sites dealt to this one stays in their boxes, which
 * nothing opens once the transport key is gone. The content key of a plain update is not stored at all: once the update is sealed
 * only its ciphertext is needed.
 */
import { readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { generateBoxKeyPair, randomBytes, type Signed } from '@consilium/shared/crypto';
import { fromBase64, parseJson, toBase64 } from '@consilium/shared/encoding';
import { base64Schema, signedUnmaskingSchema, type Unmasking } from '@consilium/shared/protocol';
import type { SharePair } from '@consilium/shared/secagg';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import { syncFolder, systemCode, writeDurably } from '../config/durable-file.js';

/** What a share of a 32-byte secret has: its bytes and the place that it was taken at. */
const SHARE_BYTES = 33;

const fileSchema = z.strictObject({
  v: z.literal(1),
  transportKey: base64Schema(32),
  secure: z
    .strictObject({
      maskKey: base64Schema(32),
      selfSeed: base64Schema(32),
      own: z
        .strictObject({ selfSeed: base64Schema(SHARE_BYTES), maskKey: base64Schema(SHARE_BYTES) })
        .optional(),
      unmasking: signedUnmaskingSchema.optional(),
    })
    .optional(),
});
type SecretsFile = z.infer<typeof fileSchema>;

/** 32 bytes each. */
export interface MaskSecrets {
  readonly maskSecret: Uint8Array;
  readonly selfSeed: Uint8Array;
  /** This site's shares of its own two secrets, from the moment on that shares were dealt. */
  readonly own: SharePair | undefined;
  /** From the moment on that the answer was decided. */
  readonly unmasking: Signed<Unmasking> | undefined;
}

export interface RoundSecrets {
  /** 32 bytes. */
  readonly transportSecret: Uint8Array;
  /** Of a secure attempt. */
  readonly secure: MaskSecrets | undefined;
}

/** Fresh secrets, on the disk before their public halves are signed. Replaces those that no advert was journaled for. */
export async function createRoundSecrets(
  attemptFolder: string,
  aggregation: 'plain' | 'secure',
): Promise<RoundSecrets> {
  const transportSecret = generateBoxKeyPair().secretKey;
  const secure =
    aggregation === 'plain'
      ? undefined
      : {
          maskSecret: generateBoxKeyPair().secretKey,
          selfSeed: randomBytes(32),
          own: undefined,
          unmasking: undefined,
        };
  return save(attemptFolder, { transportSecret, secure });
}

/** Keeps this site's shares of its own secrets, before the word on all shares is journaled. */
export async function keepOwnShares(attemptFolder: string, own: SharePair): Promise<void> {
  const secrets = await readRoundSecrets(attemptFolder);
  await save(attemptFolder, { ...secrets, secure: { ...requireSecure(secrets), own } });
}

/** Keeps the answer, before its hash is journaled. */
export async function keepUnmasking(
  attemptFolder: string,
  unmasking: Signed<Unmasking>,
): Promise<void> {
  const secrets = await readRoundSecrets(attemptFolder);
  await save(attemptFolder, { ...secrets, secure: { ...requireSecure(secrets), unmasking } });
}

/** @throws ConsiliumError 'secret-unreadable' when they are gone: the attempt cannot go on at this site */
export async function readRoundSecrets(attemptFolder: string): Promise<RoundSecrets> {
  try {
    return decode(fileSchema.parse(parseJson(await readFile(secretsFile(attemptFolder), 'utf8'))));
  } catch (cause) {
    throw new ConsiliumError('secret-unreadable', 'the secrets of the attempt are gone', { cause });
  }
}

/** @throws ConsiliumError 'secret-unreadable' when the attempt was plain when they were made */
export function requireSecure({ secure }: RoundSecrets): MaskSecrets {
  if (secure === undefined) {
    throw new ConsiliumError('secret-unreadable', 'the attempt has no mask key at this site');
  }
  return secure;
}

/** Deletes all that the attempt left: its secrets and the encrypted or masked update. */
export async function eraseAttempt(attemptFolder: string): Promise<void> {
  await rm(attemptFolder, { recursive: true, force: true });
  try {
    await syncFolder(dirname(attemptFolder));
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') {
      throw error;
    }
  }
}

function secretsFile(attemptFolder: string): string {
  return join(attemptFolder, 'secrets.json');
}

async function save(attemptFolder: string, secrets: RoundSecrets): Promise<RoundSecrets> {
  await writeDurably(secretsFile(attemptFolder), `${JSON.stringify(encode(secrets))}\n`);
  return secrets;
}

function encode({ transportSecret, secure }: RoundSecrets): SecretsFile {
  return {
    v: 1,
    transportKey: toBase64(transportSecret),
    ...(secure === undefined ? {} : { secure: encodeSecure(secure) }),
  };
}

function encodeSecure({ maskSecret, selfSeed, own, unmasking }: MaskSecrets) {
  return {
    maskKey: toBase64(maskSecret),
    selfSeed: toBase64(selfSeed),
    ...(own === undefined
      ? {}
      : { own: { selfSeed: toBase64(own.selfSeed), maskKey: toBase64(own.maskKey) } }),
    ...(unmasking === undefined ? {} : { unmasking }),
  };
}

function decode({ transportKey, secure }: SecretsFile): RoundSecrets {
  return {
    transportSecret: fromBase64(transportKey),
    secure: secure === undefined ? undefined : decodeSecure(secure),
  };
}

function decodeSecure(secure: NonNullable<SecretsFile['secure']>): MaskSecrets {
  const { maskKey, selfSeed, own, unmasking } = secure;
  return {
    maskSecret: fromBase64(maskKey),
    selfSeed: fromBase64(selfSeed),
    own:
      own === undefined
        ? undefined
        : { selfSeed: fromBase64(own.selfSeed), maskKey: fromBase64(own.maskKey) },
    unmasking,
  };
}
