/**
 * A new key for this site. It is on disk before the coordinator hears of it, and takes the old one's place once the coordinator
 * has: whatever is cut short is asked again with the same bytes and answered the same. docs/protocol/v1.md section 2.
 */
import { existsSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { keyIdOf, signBody, type SigningKeyPair } from '@consilium/shared/crypto';
import { parseJson, toBase64 } from '@consilium/shared/encoding';
import type { DoublySignedKeyRotation, KeyRotation } from '@consilium/shared/protocol';
import { ConsiliumError, isErrorCode, PROTOCOL_VERSION } from '@consilium/shared/vocabulary';
import { syncFolder } from '../config/durable-file.js';
import type { Home } from '../config/home.js';
import type { Network } from '../network/network.js';
import { ensureIdentity, readIdentity } from './keystore.js';
import type { PinnedCoordinator } from './pinned-coordinator.js';
import { readReplyText } from './reply-text.js';

const TIMEOUT_MS = 20_000;
const LARGEST_REPLY = 65_536;

export interface RotationOrder {
  readonly home: Home;
  readonly url: string;
  readonly pinned: PinnedCoordinator;
  readonly network: Network;
}

/**
 * @returns the new key, which is in place and in force.
 * @throws ConsiliumError 'bad-signature' when the coordinator refuses, 'coordinator-unreachable'; in both cases the old key is
 * still in place and the next try goes on with the same new key
 */
export async function rotateKey({
  home,
  url,
  pinned,
  network,
}: RotationOrder): Promise<SigningKeyPair> {
  const old = await readIdentity(home.identityFile);
  if (old === undefined) {
    throw new ConsiliumError('enrolment-failed', `${home.folder} is not enrolled yet`);
  }
  const next = await ensureIdentity(home.nextIdentityFile);
  await post(url, network, rotationOf(pinned, old, next));
  await rename(home.nextIdentityFile, home.identityFile);
  await syncFolder(dirname(home.identityFile));
  return next;
}

/** @throws ConsiliumError 'wrong-state' while it is not known which of the two keys the coordinator holds */
export function requireNoRotation({ nextIdentityFile, folder }: Home): void {
  if (existsSync(nextIdentityFile)) {
    throw new ConsiliumError(
      'wrong-state',
      `a change of key was begun in ${folder} and not finished: run "consilium-agent key rotate" again`,
    );
  }
}

function rotationOf(
  { siteId, coordinatorKey }: PinnedCoordinator,
  old: SigningKeyPair,
  next: SigningKeyPair,
): DoublySignedKeyRotation {
  const body: KeyRotation = {
    v: PROTOCOL_VERSION,
    siteId,
    coordinatorKeyId: keyIdOf(coordinatorKey),
    oldKey: toBase64(old.publicKey),
    newKey: toBase64(next.publicKey),
  };
  return {
    byOld: signBody('key-rotation', body, old),
    byNew: signBody('key-rotation', body, next),
  };
}

async function post(
  url: string,
  network: Network,
  rotation: DoublySignedKeyRotation,
): Promise<void> {
  let text: string;
  let isTaken: boolean;
  try {
    const response = await network.fetch(new URL('/v1/rotations', url), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(rotation),
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    text = await readReplyText(response, LARGEST_REPLY);
    isTaken = response.ok;
  } catch (cause) {
    const reason = network.explain(cause);
    throw new ConsiliumError(
      'coordinator-unreachable',
      `${url} was not reached: ${reason}. The old key is still in place: ask again`,
      { cause },
    );
  }
  if (!isTaken) {
    throw new ConsiliumError(codeOf(text), 'the coordinator refused the new key');
  }
}

function codeOf(text: string): ConsiliumError['code'] {
  try {
    const problem = parseJson(text) as { readonly code?: unknown };
    return isErrorCode(problem.code) ? problem.code : 'coordinator-unreachable';
  } catch {
    return 'coordinator-unreachable';
  }
}
