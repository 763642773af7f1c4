/** Takes what the coordinator delivers: into the journal first, then the receipt. Deciding what follows is not done here. */
import { contentHashOf, type Signed } from '@consilium/shared/crypto';
import type { Json } from '@consilium/shared/encoding';
import type {
  Delivery,
  Manifest,
  OwedMessage,
  RoundRecord,
  StudyProtocol,
} from '@consilium/shared/protocol';
import type { AttemptId, StudyId } from '@consilium/shared/vocabulary';
import type { AgentState, AttemptState } from './agent-state.js';
import type { SiteContext } from './site-context.js';

/** Returns once the message is safe on disk, or was before. @throws ConsiliumError 'disk-full' */
export function takeDelivery(site: SiteContext, { id, message }: Delivery): void {
  const { state } = site.journal;
  if (state.seen.includes(id)) {
    return;
  }
  const conflict = conflictOf(state, message);
  if (conflict !== undefined) {
    site.logger.error({ conflict, message: message.kind }, 'the coordinator contradicts itself');
    keepSecondSurvivors(site, message);
    site.report({ event: 'refused', code: 'conflict' });
  }
  site.journal.append({ kind: 'delivered', id, message });
}

/** Two lists of survivors would open two sums: the journal may be cut, so both are kept for the auditor. */
function keepSecondSurvivors(site: SiteContext, message: OwedMessage): void {
  if (message.kind === 'round.survivors') {
    const first = findAttempt(site.journal.state, message)?.survivors;
    site.keepEvidence({ code: 'conflict', first, second: message });
  }
}

/** Why the message cannot stand beside what this site holds. The journal keeps it as evidence; the first one counts. */
function conflictOf(state: AgentState, message: OwedMessage): string | undefined {
  switch (message.kind) {
    case 'study.offer':
      return offerConflict(state, message.protocol);
    case 'round.manifest':
      return manifestConflict(state, message.manifest);
    case 'round.peers':
      return attemptConflict(state, message, { peers: message.adverts });
    case 'round.relay':
      return attemptConflict(state, message, { dealt: message.dealt });
    case 'round.survivors': {
      const { leafIndex, headers } = message;
      return attemptConflict(state, message, { survivors: { leafIndex, headers } });
    }
    case 'round.quorum':
      return attemptConflict(state, message, { quorum: message.endorsements });
    case 'round.candidate':
      return recordConflict(state, message.record, 'candidate');
    case 'round.result':
      return recordConflict(state, message.record, 'result');
    case 'round.aborted':
    case 'study.completed':
    case 'study.failed':
      return undefined;
  }
}

const TWO_SETS = {
  peers: 'two sets of adverts for one attempt',
  dealt: 'two sets of sharers for one attempt',
  survivors: 'two sets of survivors for one attempt',
  quorum: 'two quorums for one attempt',
} as const;

type SetOfAttempt = keyof typeof TWO_SETS;

/** @param came the one member of the attempt that the message brings. */
function attemptConflict(
  state: AgentState,
  message: OfAttempt,
  came: Partial<Pick<AttemptState, SetOfAttempt>>,
): string | undefined {
  const known = findAttempt(state, message);
  const names = Object.keys(came) as SetOfAttempt[];
  const name = names.find((each) => differs(known?.[each], came[each] ?? []));
  return name === undefined ? undefined : TWO_SETS[name];
}

function offerConflict(state: AgentState, protocol: Signed<StudyProtocol>): string | undefined {
  const known = state.studies[protocol.body.studyId]?.offer.protocol;
  return differs(known, protocol) ? 'another protocol for a known study' : undefined;
}

function manifestConflict(state: AgentState, manifest: Signed<Manifest>): string | undefined {
  const { studyId, attemptId } = manifest.body;
  if (state.studies[studyId]?.endedAttempts.includes(attemptId) === true) {
    return 'a manifest for an attempt that is over';
  }
  const known = findAttempt(state, manifest.body)?.manifest;
  return differs(known, manifest) ? 'two manifests for one attempt' : undefined;
}

/** The result of an attempt is the candidate that the sites were asked about. */
function recordConflict(
  state: AgentState,
  record: RoundRecord,
  came: 'candidate' | 'result',
): string | undefined {
  const attempt = findAttempt(state, record);
  if (differs(attempt?.[came]?.record, record)) {
    return came === 'result' ? 'two records for one attempt' : 'two candidates for one attempt';
  }
  return differs(attempt?.candidate?.record, record)
    ? 'a result that is not the candidate'
    : undefined;
}

function differs(known: Json | undefined, came: Json): boolean {
  return known !== undefined && contentHashOf(known) !== contentHashOf(came);
}

interface OfAttempt {
  readonly studyId: StudyId;
  readonly attemptId: AttemptId;
}

function findAttempt(
  state: AgentState,
  { studyId, attemptId }: OfAttempt,
): AttemptState | undefined {
  return state.studies[studyId]?.attempts.find((attempt) => attempt.attemptId === attemptId);
}
