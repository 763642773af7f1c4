/** What enrolment left in a home folder: the site's key, and the coordinator that it is pinned to. */
import type { SigningKeyPair } from '@consilium/shared/crypto';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import type { Home } from '../config/home.js';
import { readIdentity } from './keystore.js';
import { readPinned, type PinnedCoordinator } from './pinned-coordinator.js';

/** @throws ConsiliumError 'enrolment-failed' before enrolment */
export async function requireEnrolled(
  home: Home,
): Promise<{ readonly identity: SigningKeyPair; readonly pinned: PinnedCoordinator }> {
  const identity = await readIdentity(home.identityFile);
  const pinned = await readPinned(home.coordinatorFile);
  if (identity === undefined || pinned === undefined) {
    throw new ConsiliumError('enrolment-failed', `${home.folder} is not enrolled yet`);
  }
  return { identity, pinned };
}
