/** Takes what the coordinator delivers: into the journal first, then the receipt. Deciding what follows is not done here. */
import { contentHashOf } from '@consilium/shared/crypto';
import { signedHash, type Delivery, type OwedMessage } from '@consilium/shared/protocol';
import type { AgentState, AttemptState } from './agent-state.js';
import type { SiteContext } from './site-context.js';

/** Resolves once the message is safe on disk, or was before. */
export function takeDelivery(site: SiteContext, { id, message }: Delivery): void {
  const { state } = site.journal;
  if (state.seen.includes(id)) {
    return;
  }
  const conflict = conflictOf(state, message);
  if (conflict !== undefined) {
    site.logger.error({ conflict, message: message.kind }, 'the coordinator contradicts itself');
    site.report({ event: 'refused', code: 'conflict' });
  }
  site.journal.append({ kind: 'delivered', id, message });
}

/** Why the message cannot stand beside what this site holds. The journal keeps it as evidence; the first one counts. */
function conflictOf(state: AgentState, message: OwedMessage): string | undefined {
  switch (message.kind) {
    case 'study.offer': {
      const known = state.studies[message.protocol.body.studyId];
      const isSame =
        known === undefined || signedHash(known.offer.protocol) === signedHash(message.protocol);
      return isSame ? undefined : 'another protocol for a known study';
    }
    case 'round.manifest': {
      const { studyId, attemptId } = message.manifest.body;
      const known = findAttempt(state, studyId, attemptId);
      if (state.studies[studyId]?.endedAttempts.includes(attemptId) === true) {
        return 'a manifest for an attempt that is over';
      }
      return known === undefined || signedHash(known.manifest) === signedHash(message.manifest)
        ? undefined
        : 'a second manifest for one attempt';
    }
    case 'round.peers': {
      const known = findAttempt(state, message.studyId, message.attemptId)?.peers;
      return known === undefined || contentHashOf(known) === contentHashOf(message.adverts)
        ? undefined
        : 'a second set of adverts for one attempt';
    }
    case 'round.result': {
      const { record } = message;
      const known = findAttempt(state, record.studyId, record.attemptId)?.result?.record;
      return known === undefined || contentHashOf(known) === contentHashOf(record)
        ? undefined
        : 'a second record for one attempt';
    }
    case 'round.aborted':
    case 'study.completed':
    case 'study.failed':
      return undefined;
  }
}

function findAttempt(
  state: AgentState,
  studyId: AttemptState['manifest']['body']['studyId'],
  attemptId: AttemptState['attemptId'],
): AttemptState | undefined {
  return state.studies[studyId]?.attempts.find((attempt) => attempt.attemptId === attemptId);
}
