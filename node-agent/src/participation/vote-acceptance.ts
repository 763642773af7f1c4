/** Whether the sites of a sum accepted what came of it: by their own signatures, not by the coordinator's word. docs/protocol/v1.md section 4.2. */
import { contentHashOf, verifyBody, type Signed } from '@consilium/shared/crypto';
import type { RoundRecord, Vote } from '@consilium/shared/protocol';
import { acceptancesNeeded } from '@consilium/shared/rounds';
import { ConsiliumError, type SiteId } from '@consilium/shared/vocabulary';
import type { AttemptState } from './agent-state.js';
import { requireEqual } from './require-equal.js';

export interface VotesCheck {
  readonly attempt: AttemptState;
  readonly record: RoundRecord;
  /** The cohort's identity keys. */
  readonly keys: ReadonlyMap<SiteId, Uint8Array>;
}

/**
 * More than half of the survivors signed that they accept this very record.
 * @throws ConsiliumError 'proof-invalid' when they did not, 'bad-signature'
 */
export function requireAccepted({ attempt, record, keys }: VotesCheck): void {
  const votes = attempt.result?.votes ?? [];
  const recordHash = contentHashOf(record);
  for (const vote of votes) {
    requireVoteOn({ record, keys, recordHash }, vote);
  }
  const accepting = new Set(
    votes.filter(({ body }) => body.verdict === 'accept').map(({ body }) => body.siteId),
  );
  const needed = acceptancesNeeded(record.survivors.length);
  if (accepting.size < needed) {
    throw new ConsiliumError(
      'proof-invalid',
      `${accepting.size} of ${record.survivors.length} sites accepted the candidate, the result needs ${needed}`,
    );
  }
}

interface Ballot {
  readonly record: RoundRecord;
  readonly keys: ReadonlyMap<SiteId, Uint8Array>;
  readonly recordHash: string;
}

function requireVoteOn({ record, keys, recordHash }: Ballot, vote: Signed<Vote>): void {
  const { siteId } = vote.body;
  const key = keys.get(siteId);
  if (key === undefined || !record.survivors.includes(siteId)) {
    throw new ConsiliumError('proof-invalid', `${siteId} has no vote on this candidate`);
  }
  const body = verifyBody('vote', vote, key);
  requireEqual(
    [
      ['attempt voted on', body.attemptId, record.attemptId],
      ['manifest voted on', body.manifestHash, record.manifestHash],
      ['record voted on', body.recordHash, recordHash],
    ],
    'proof-invalid',
  );
}
