/**
 * From the list of survivors to the shares that take the masks off their sum. A site stands by one list an attempt, keeps to the
 * difference rule over all lists that it ever stood by, and lets shares go only when enough others stand by the same list.
 * docs/protocol/v1.md section 4.1, steps 5 and 6.
 */
import { signBody, type Signed } from '@consilium/shared/crypto';
import { canonicalBytes, fromBase64, toBase64 } from '@consilium/shared/encoding';
import { leafHash } from '@consilium/shared/log';
import { signedHash, type Endorsement, type Unmasking } from '@consilium/shared/protocol';
import {
  listsOf,
  mayEndorseAll,
  requireQuorum,
  requireSurvivors,
  summedBefore,
  summedTrainings,
  unmaskingShares,
  type OpenedRelay,
  type Peer,
} from '@consilium/shared/secagg';
import { ConsiliumError, isConsiliumError } from '@consilium/shared/vocabulary';
import type { AttemptState, Move, StudyState } from './agent-state.js';
import { requireAllowedSites } from './attempt-checks.js';
import { ofSiteInAttempt } from './attempt-documents.js';
import { earlierSurvivors, type SurvivorsLeaf } from './logged-survivors.js';
import { keepUnmasking, readRoundSecrets, requireSecure } from './round-secrets.js';
import { secureAggregationOf } from './secure-acceptance.js';
import { openSharers, peersOf, requiredOf, secureAttempt } from './secure-sharing.js';
import { required, studyState, type StudyContext } from './site-context.js';

/**
 * Checks the survivors that the log names and signs that this site stands by them.
 * @throws ConsiliumError as requireSurvivors; 'proof-invalid', 'log-inconsistent', 'log-rollback'; 'not-permitted' by the difference
 *   rule; PolicyRefusal when the site does not know enough of them
 */
export async function endorse(
  study: StudyContext,
  attempt: AttemptState,
  signal: AbortSignal,
): Promise<Move> {
  const { leafIndex, headers } = required(attempt.survivors, 'set of survivors');
  const leaf = await study.logTrust.requireLeaf('round.survivors', leafIndex, signal);
  requireLeafOf(attempt, leaf);
  const relay = await openSharers(study, attempt, signal);
  const survivors = requireSurvivors({
    leaf,
    headers,
    attempt: secureAttempt(attempt),
    sharers: await membersOf(study, attempt, relay, signal),
    sharersHash: relay.sharersHash,
    required: requiredOf(attempt),
    groups: secureAggregationOf(attempt.manifest.body).groups,
    own: {
      siteId: study.siteId,
      ...(attempt.header === undefined ? {} : { headerHash: signedHash(attempt.header) }),
    },
  });
  await requireDifference(study, attempt, leaf, signal);
  await requireAllowedSites(study, attempt, survivors, signal);
  const body: Endorsement = {
    ...ofSiteInAttempt(study, attempt),
    leafIndex,
    leafHash: toBase64(leafHash(canonicalBytes(leaf))),
  };
  const endorsement = signBody('endorsement', body, study.identity);
  return { kind: 'endorsement-journaled', endorsement, survivors: [...survivors] };
}

/**
 * Checks that enough others stand by the same survivors, and decides what leaves: of each sharer one share, never of both its
 * secrets. It is on the disk, among the secrets of the attempt, before its hash is journaled.
 * @throws ConsiliumError as requireQuorum: evidence is kept, and no share leaves
 */
export async function answerQuorum(
  study: StudyContext,
  attempt: AttemptState,
  signal: AbortSignal,
): Promise<Move> {
  const { endorsement, survivors } = required(attempt.endorsed, 'endorsement');
  const relay = await openSharers(study, attempt, signal);
  await requireEndorsements(study, attempt, relay, signal);
  const body: Unmasking = {
    ...ofSiteInAttempt(study, attempt),
    leafHash: endorsement.body.leafHash,
    shares: unmaskingShares(relay.held, survivors, relay.sharers),
  };
  const unmasking = signBody('unmasking', body, study.identity);
  await keepUnmasking(study.folder.attemptFolder(attempt.attemptId), unmasking);
  return { kind: 'answer-journaled', unmaskingHash: signedHash(unmasking) };
}

/** The answer of which the journal has the hash. @throws ConsiliumError 'secret-unreadable' when it is gone or another one */
export async function readUnmasking(
  study: StudyContext,
  { attemptId, unmaskingHash }: AttemptState,
): Promise<Signed<Unmasking>> {
  const secrets = await readRoundSecrets(study.folder.attemptFolder(attemptId));
  const { unmasking } = requireSecure(secrets);
  if (unmasking === undefined || signedHash(unmasking) !== unmaskingHash) {
    throw new ConsiliumError('secret-unreadable', 'the answer that the journal names is gone');
  }
  return unmasking;
}

function requireLeafOf({ manifest, attemptId }: AttemptState, leaf: SurvivorsLeaf): void {
  const { studyId, roundNo } = manifest.body;
  if (leaf.studyId !== studyId || leaf.roundNo !== roundNo || leaf.attemptId !== attemptId) {
    throw new ConsiliumError('proof-invalid', 'the leaf names the survivors of another attempt');
  }
}

/**
 * Over every list that the leaf names as earlier ones from the adapter checkpoint. Any list that could be opened was endorsed by an
 * honest site that also has a say here, and that site misses it if it is not among them. Section 4.1, difference rule.
 */
async function requireDifference(
  study: StudyContext,
  attempt: AttemptState,
  leaf: SurvivorsLeaf,
  signal: AbortSignal,
): Promise<void> {
  const { adapterCheckpointHash } = attempt.manifest.body;
  const { colluders } = secureAggregationOf(attempt.manifest.body);
  const named = leaf.earlier ?? [];
  const logged = await earlierSurvivors(study, attempt, named, signal);
  const first = logged.find(({ attemptId }) => attemptId === attempt.attemptId);
  if (first !== undefined) {
    study.keepEvidence({ code: 'conflict', first, second: attempt.survivors });
    throw new ConsiliumError(
      'proof-invalid',
      'the log names other survivors of the attempt before',
    );
  }
  const own = studyState(study, study.studyId).endorsed.filter(
    (set) => set.adapterCheckpointHash === adapterCheckpointHash,
  );
  const missing = own.find(({ leafIndex }) => !named.includes(leafIndex));
  if (missing !== undefined) {
    study.keepEvidence({ code: 'conflict', first: missing, second: attempt.survivors });
    throw new ConsiliumError(
      'proof-invalid',
      `the leaf does not name leaf ${missing.leafIndex}, which this site endorsed for the same adapter checkpoint`,
    );
  }
  requireNewDeltas(attempt, own);
  const earlier = logged.flatMap(listsOf);
  const ruling = mayEndorseAll(earlier, listsOf(leaf), colluders);
  if (ruling.kind === 'refused') {
    const cells = ruling.cells.map((cell) => cell.join(', ')).join('; ');
    throw new ConsiliumError(
      'not-permitted',
      `after ${earlier.length} lists of survivors of this round, this one would tell apart fewer than ${colluders + 2} sites: ${cells}`,
    );
  }
}

/**
 * One delta is in one sum at most. Whatever a coordinator hid from a site so that it sent the same delta again: of any two quorums
 * from one adapter checkpoint an honest site is in both, and it has seen the headers of both lists. Section 4.1, repeats.
 */
function requireNewDeltas({ survivors }: AttemptState, endorsed: StudyState['endorsed']): void {
  const headers = required(survivors, 'set of survivors').headers.map(({ body }) => body);
  const earlier = endorsed.map(({ trainings }) => new Map(trainings));
  const repeated = summedBefore(earlier, summedTrainings(headers));
  if (repeated.length > 0) {
    throw new ConsiliumError(
      'not-permitted',
      `the list names ${repeated.join(', ')} with the same delta as a list before it that this site endorsed`,
    );
  }
}

/** Endorsements that do not hold, or are of another leaf, are signed: they are kept for whoever has to find out. */
async function requireEndorsements(
  study: StudyContext,
  attempt: AttemptState,
  relay: OpenedRelay,
  signal: AbortSignal,
): Promise<void> {
  const { attemptId, manifest, endorsed, survivors } = attempt;
  const endorsements = required(attempt.quorum, 'quorum');
  const { endorsement } = required(endorsed, 'endorsement');
  const sharers = await membersOf(study, attempt, relay, signal);
  try {
    requireQuorum({
      endorsements,
      attemptId,
      leafHash: fromBase64(endorsement.body.leafHash),
      sharers,
      threshold: secureAggregationOf(manifest.body).threshold,
    });
  } catch (error) {
    if (isConsiliumError(error)) {
      study.keepEvidence({ code: error.code, own: endorsement, survivors, endorsements });
    }
    throw error;
  }
}

/** U2 with the keys of the roster. */
async function membersOf(
  study: StudyContext,
  attempt: AttemptState,
  { sharers }: OpenedRelay,
  signal: AbortSignal,
): Promise<readonly Peer[]> {
  const names = new Set(sharers);
  const peers = await peersOf(study, attempt, signal);
  return peers.filter(({ siteId }) => names.has(siteId));
}
