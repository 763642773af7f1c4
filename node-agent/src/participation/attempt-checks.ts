/** Fetches the evidence that an attempt's messages are checked with, and checks them. docs/protocol/v1.md section 4, steps 1 and 3. */
import { toBase64 } from '@consilium/shared/encoding';
import { signedHash, type Manifest } from '@consilium/shared/protocol';
import type { ContentHash, SiteId } from '@consilium/shared/vocabulary';
import {
  requireAcceptableManifest,
  requireAcceptablePeers,
  requireAcceptableRoster,
} from './acceptance.js';
import type { AttemptState } from './agent-state.js';
import { required, studyState, type StudyContext } from './site-context.js';

/** Everything of section 4 step 1. @throws ConsiliumError with the code of the check that failed */
export async function checkManifest(
  study: StudyContext,
  attempt: AttemptState,
  signal: AbortSignal,
): Promise<void> {
  const leaf = await study.logTrust.requireLeaf(
    'round.manifest',
    attempt.manifestLeafIndex,
    signal,
  );
  const state = studyState(study, study.studyId);
  const manifest = requireAcceptableManifest({
    attempt,
    study: state,
    leaf,
    coordinatorKey: study.coordinatorKey,
    siteId: study.siteId,
    known: knownCheckpoint(state.adapter, attempt.roundNo),
  });
  await readIdentityKeys(study, manifest, signal);
}

/** Everything of section 4 step 3. @throws ConsiliumError with the code of the check that failed */
export async function checkPeers(
  study: StudyContext,
  attempt: AttemptState,
  signal: AbortSignal,
): Promise<void> {
  const manifest = attempt.manifest.body;
  requireAcceptablePeers({
    adverts: required(attempt.peers, 'set of adverts'),
    own: required(attempt.advert, 'advert'),
    manifest,
    manifestHash: signedHash(attempt.manifest),
    keys: await readIdentityKeys(study, manifest, signal),
  });
}

/** The checkpoint that the round must start from, unless this site missed the round before. */
function knownCheckpoint(
  adapter: { readonly roundNo: number; readonly hash: ContentHash } | undefined,
  roundNo: number,
): ContentHash | undefined {
  return adapter?.roundNo === roundNo - 1 ? adapter.hash : undefined;
}

/** The cohort's keys by the roster that the manifest names by hash. */
async function readIdentityKeys(
  study: StudyContext,
  manifest: Manifest,
  signal: AbortSignal,
): Promise<ReadonlyMap<SiteId, Uint8Array>> {
  return requireAcceptableRoster({
    roster: await study.roster.of(manifest, signal),
    manifest,
    coordinatorKey: study.coordinatorKey,
    siteId: study.siteId,
    identityKey: toBase64(study.identity.publicKey),
  });
}
