/** The vote of the specs' federation: what it proposed, what the ghosts say of it, and what comes of all votes. */
import {
  contentHashOf,
  signBody,
  type Signed,
  type SigningKeyPair,
} from '@consilium/shared/crypto';
import { signedHash, type RoundRecord, type Vote } from '@consilium/shared/protocol';
import { acceptancesNeeded } from '@consilium/shared/rounds';
import type { TensorSet } from '@consilium/shared/tensors';
import type { ContentHash, SiteId } from '@consilium/shared/vocabulary';
import type { InProcessCoordinator } from '../../transport/testing/in-process-coordinator.js';
import { attemptLeaf, type AttemptInProgress } from './attempt-in-progress.js';

/** What waits for the vote of the site under test. */
export interface Proposal {
  readonly attempt: AttemptInProgress;
  readonly record: RoundRecord;
  /** What stays in force if the sites reject it. */
  readonly inForce: { readonly checkpoint: TensorSet; readonly hash: ContentHash };
}

export interface Voter {
  readonly siteId: SiteId;
  readonly key: SigningKeyPair;
}

export interface BallotHooks {
  /** Everybody in the cohort but the site under test. */
  voters(): readonly Voter[];
  verdict(roundNo: number, attemptNo: number): Vote['verdict'];
  propose(proposal: Proposal): void;
  accepted(proposal: Proposal, votes: readonly Signed<Vote>[]): void;
  rejected(proposal: Proposal): void;
}

export class Ballot {
  /** Of the site under test. */
  readonly votes: Signed<Vote>[] = [];
  private proposal?: Proposal;

  constructor(private readonly hooks: BallotHooks) {}

  open(proposal: Proposal): void {
    this.proposal = proposal;
    this.hooks.propose(proposal);
  }

  take(own: Signed<Vote>): void {
    const { proposal, hooks } = this;
    if (proposal === undefined) {
      throw new Error('a vote on nothing');
    }
    this.votes.push(own);
    const { roundNo, attemptNo, survivors } = proposal.record;
    const others = hooks
      .voters()
      .filter(({ siteId }) => survivors.includes(siteId))
      .map((voter) => ghostVote(proposal, voter, hooks.verdict(roundNo, attemptNo)));
    const votes = [...others, own];
    if (isAccepted(proposal, votes)) {
      hooks.accepted(proposal, votes);
    } else {
      hooks.rejected(proposal);
    }
  }
}

/** Logs a record to vote on and owes it. */
export function proposeTo(
  coordinator: InProcessCoordinator,
  siteId: SiteId,
  { attempt, record }: Proposal,
): void {
  const leafIndex = coordinator.log.append({
    ...attemptLeaf(attempt.manifest.body),
    type: 'round.candidate',
    recordHash: contentHashOf(record),
    ringSumHash: record.ringSumHash,
  });
  coordinator.owe(siteId, { kind: 'round.candidate', record, leafIndex });
}

function ghostVote(
  { attempt, record }: Proposal,
  { siteId, key }: Voter,
  verdict: Vote['verdict'],
): Signed<Vote> {
  const { studyId, roundNo, attemptId } = record;
  const fields = { v: 1 as const, studyId, roundNo, attemptId, siteId };
  const named = { manifestHash: signedHash(attempt.manifest), recordHash: contentHashOf(record) };
  const body: Vote =
    verdict === 'accept'
      ? { ...fields, ...named, verdict, code: 'within-tolerance' }
      : { ...fields, ...named, verdict, code: 'worse' };
  return signBody('vote', body, key);
}

function isAccepted({ record }: Proposal, votes: readonly Signed<Vote>[]): boolean {
  const accepting = votes.filter(({ body }) => body.verdict === 'accept').length;
  return accepting >= acceptancesNeeded(record.survivors.length);
}
