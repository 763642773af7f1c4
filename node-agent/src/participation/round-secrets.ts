/**
 * The secrets of one attempt: the X25519 transport key of its advert. They lie in one file of their own, so that they can be
 * deleted when the attempt is over; the journal never holds them. The content key is not stored at all: once the update is
 * sealed only its ciphertext is needed.
 */
import { readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { boxKeyPairFrom, generateBoxKeyPair, type BoxKeyPair } from '@consilium/shared/crypto';
import { fromBase64, toBase64 } from '@consilium/shared/encoding';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import { syncFolder, systemCode, writeDurably } from '../config/durable-file.js';

function secretsFile(attemptFolder: string): string {
  return join(attemptFolder, 'transport-key');
}

/** A fresh transport key, on the disk before its public half is signed. Replaces one that no advert was journaled for. */
export async function createTransportKey(attemptFolder: string): Promise<BoxKeyPair> {
  const key = generateBoxKeyPair();
  await writeDurably(secretsFile(attemptFolder), `${toBase64(key.secretKey)}\n`);
  return key;
}

/** @throws ConsiliumError 'secret-unreadable' when it is gone: the attempt cannot go on at this site */
export async function readTransportKey(attemptFolder: string): Promise<BoxKeyPair> {
  try {
    const text = await readFile(secretsFile(attemptFolder), 'utf8');
    return boxKeyPairFrom(fromBase64(text.trim()));
  } catch (cause) {
    throw new ConsiliumError('secret-unreadable', 'the transport key of the attempt is gone', {
      cause,
    });
  }
}

/** Deletes all that the attempt left: its secrets and the encrypted update. */
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
