/**
 * A site's secrets in the hands of the others, and theirs in its own: it deals shares to every site that advertised, and checks what
 * was dealt to it before it masks anything. docs/protocol/v1.md section 4.1, steps 2 and 3.
 */
import { signBody } from '@consilium/shared/crypto';
import { fromBase64 } from '@consilium/shared/encoding';
import { peersHash, signedHash, type Shares } from '@consilium/shared/protocol';
import {
  dealShares,
  faultyDealing,
  openRelay,
  sitesNeeded,
  type OpenedRelay,
  type Peer,
  type RelayToOpen,
  type SecureAttempt,
} from '@consilium/shared/secagg';
import { isConsiliumError } from '@consilium/shared/vocabulary';
import type { AttemptState, Move } from './agent-state.js';
import { readIdentityKeys, requireAllowedSites } from './attempt-checks.js';
import { attemptFields } from './attempt-documents.js';
import { DealerFault } from './dealer-fault.js';
import { keepOwnShares, readRoundSecrets, requireSecure } from './round-secrets.js';
import { secureAggregationOf } from './secure-acceptance.js';
import { required, type StudyContext } from './site-context.js';

/** Deals this site's two secrets to every site that advertised. What it keeps for itself is on the disk before this is journaled. */
export async function dealToPeers(study: StudyContext, attempt: AttemptState): Promise<Move> {
  const { attemptId, manifest } = attempt;
  const folder = study.folder.attemptFolder(attemptId);
  const secrets = await readRoundSecrets(folder);
  const { maskSecret, selfSeed } = requireSecure(secrets);
  const adverts = required(attempt.peers, 'set of adverts');
  const { peersHash: hash } = secureAttempt(attempt);
  const { entries, entriesRoot, own } = await dealShares({
    attemptId,
    siteId: study.siteId,
    peers: adverts.map(({ body: { siteId, transportKey } }) => ({
      siteId,
      transportKey: fromBase64(transportKey),
    })),
    threshold: secureAggregationOf(manifest.body).threshold,
    secrets: { selfSeed, maskKey: maskSecret },
    transportSecret: secrets.transportSecret,
    peersHash: hash,
  });
  await keepOwnShares(folder, own);
  const body: Shares = {
    ...attemptFields(study, attempt),
    peersHash: hash,
    entriesRoot,
    entries: entries.length,
  };
  const shares = signBody('shares', body, study.identity);
  return { kind: 'shares-journaled', shares, entries: [...entries] };
}

/**
 * Everything of step 3: who dealt, and what each of them dealt to this site.
 * @throws DealerFault when what a dealer signed does not open or does not fit its commitments; ConsiliumError with the code of
 * another check that failed; PolicyRefusal when the site does not know enough of them
 */
export async function checkSharers(
  study: StudyContext,
  attempt: AttemptState,
  signal: AbortSignal,
): Promise<void> {
  const relay = await relayOf(study, attempt, signal);
  const { sharers } = openOrComplain(relay);
  await requireAllowedSites(study, attempt, sharers, signal);
}

/** U2, and what this site holds of each of them. @throws ConsiliumError as openRelay; 'secret-unreadable' */
export async function openSharers(
  study: StudyContext,
  attempt: AttemptState,
  signal: AbortSignal,
): Promise<OpenedRelay> {
  return openRelay(await relayOf(study, attempt, signal));
}

function openOrComplain(relay: RelayToOpen): OpenedRelay {
  try {
    return openRelay(relay);
  } catch (error) {
    const complaint = isConsiliumError(error) ? faultyDealing(relay) : undefined;
    throw isConsiliumError(error) && complaint !== undefined
      ? new DealerFault(complaint, error)
      : error;
  }
}

async function relayOf(
  study: StudyContext,
  attempt: AttemptState,
  signal: AbortSignal,
): Promise<RelayToOpen> {
  const { siteId, folder } = study;
  const secrets = await readRoundSecrets(folder.attemptFolder(attempt.attemptId));
  const own = required(requireSecure(secrets).own, 'share of its own');
  const { signed } = required(attempt.shares, 'word on its shares');
  return {
    dealt: required(attempt.dealt, 'set of sharers'),
    holder: {
      siteId,
      transportSecret: secrets.transportSecret,
      own: { pair: own, sharesHash: signedHash(signed) },
    },
    attempt: secureAttempt(attempt),
    peers: await peersOf(study, attempt, signal),
    required: requiredOf(attempt),
  };
}

/** What every document of the attempt must name. */
export function secureAttempt({ attemptId, manifest, peers }: AttemptState): SecureAttempt {
  const adverts = required(peers, 'set of adverts');
  return {
    attemptId,
    manifestHash: signedHash(manifest),
    peersHash: peersHash(attemptId, adverts),
  };
}

/** How many sites U2 and U3 must have. */
export function requiredOf({ manifest }: AttemptState): number {
  const { minSites } = manifest.body;
  return sitesNeeded({ minSites, ...secureAggregationOf(manifest.body) });
}

/** U1 with the keys that the roster and the adverts name. */
export async function peersOf(
  study: StudyContext,
  { manifest, peers }: AttemptState,
  signal: AbortSignal,
): Promise<readonly Peer[]> {
  const keys = await readIdentityKeys(study, manifest.body, signal);
  return required(peers, 'set of adverts').map(({ body: { siteId, transportKey } }) => ({
    siteId,
    identityKey: required(keys.get(siteId), 'identity key'),
    transportKey: fromBase64(transportKey),
  }));
}
