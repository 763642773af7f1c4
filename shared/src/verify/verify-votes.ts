/**
 * The check `votes`: what took effect is what the sites of the sum were asked about and more than half of them accepted, by their own
 * signatures; and what they rejected did not. docs/protocol/v1.md section 4.2.
 */
import { decodeFloat } from '../encoding/index.js';
import { BUNDLE_PATHS, votesHash, type Vote } from '../protocol/index.js';
import { acceptancesNeeded } from '../rounds/index.js';
import type { Evidence, ReadAttempt } from './evidence.js';
import type { Check, Place } from './findings.js';
import type { AttemptHistory } from './history.js';
import { attemptFields, rosterKeysOf, verifySiteDocuments } from './site-documents.js';

export function verifyVotes(check: Check, evidence: Evidence): void {
  const keysOf = rosterKeysOf(check, evidence);
  const isVoted = evidence.documents.studyProtocol?.body.acceptance !== undefined;
  for (const attempt of evidence.history.attempts) {
    const read = evidence.documents.attempts.get(attempt.attemptId);
    requireVote(check, attempt, isVoted);
    if (read?.votes !== undefined && attempt.candidate !== undefined) {
      const place = { path: BUNDLE_PATHS.votes(attempt.attemptId) };
      const expected = {
        ...attemptFields(evidence, attempt, read),
        recordHash: attempt.candidate.leaf.recordHash,
      };
      const keys = keysOf(read);
      const documents = read.votes;
      verifySiteDocuments(check, { place, domain: 'vote', documents, keys }, expected);
      verifyVoters(check, place, attempt, read);
      verifyCount(check, attempt, read);
    }
  }
}

/** Nothing takes effect unasked where the study says that sites vote, and nobody is asked where it does not. */
function requireVote(check: Check, attempt: AttemptHistory, isVoted: boolean): void {
  const { result, candidate, votes, attemptId } = attempt;
  if (!isVoted) {
    if (candidate !== undefined) {
      const place = { leafIndex: candidate.index };
      check.fail(place, { what: 'candidate', expected: 'none: nobody votes', found: attemptId });
    }
    return;
  }
  if (result !== undefined) {
    const place = { leafIndex: result.index };
    check.same(place, 'votes before the result', true, votes !== undefined);
    const { recordHash, ringSumHash } = result.leaf;
    check.agrees(place, { recordHash, ringSumHash }, candidate?.leaf ?? {});
  }
}

function verifyVoters(
  check: Check,
  place: Place,
  { survivors }: AttemptHistory,
  { votes = [] }: ReadAttempt,
): void {
  for (const { body } of votes) {
    if (survivors?.leaf.sites.includes(body.siteId) === false) {
      check.fail(place, { what: 'vote', expected: 'of a site in the sum', found: body.siteId });
    }
  }
}

/** The votes that the leaf names decide, each site's once. */
function verifyCount(check: Check, attempt: AttemptHistory, { votes = [] }: ReadAttempt): void {
  const { attemptId, votes: counted, candidate, survivors, result } = attempt;
  if (counted === undefined || survivors === undefined) {
    return;
  }
  const place = { leafIndex: counted.index };
  const sites = new Set<string>(survivors.leaf.sites);
  const saying = (verdict: Vote['verdict']): number =>
    new Set(
      votes
        .filter(({ body }) => body.verdict === verdict && sites.has(body.siteId))
        .map(({ body }) => body.siteId),
    ).size;
  const accepted = saying('accept');
  const found = {
    recordHash: candidate?.leaf.recordHash,
    votesHash: votesHash(attemptId, votes),
    accepted,
    refused: saying('refuse'),
  };
  const { recordHash, votesHash: hash, refused } = counted.leaf;
  const named = { recordHash, votesHash: hash, accepted: counted.leaf.accepted, refused };
  check.agrees(place, named, found);
  const needed = acceptancesNeeded(sites.size);
  if (result !== undefined && accepted < needed) {
    const what = `sites that accepted what took effect in attempt ${attemptId}`;
    check.fail(place, {
      what,
      expected: `at least ${needed} of ${sites.size}`,
      found: `${accepted}`,
    });
  }
  if (attempt.aborted !== undefined && accepted >= needed) {
    const what = `sites that accepted what was dropped in attempt ${attemptId}`;
    check.fail(place, { what, expected: `fewer than ${needed}`, found: `${accepted}` });
  }
}

/** The largest L2 norm of a mean delta, if the study bounds it. */
export function maxNormOf({ documents }: Evidence): number | undefined {
  const maxNorm = documents.studyProtocol?.body.acceptance?.maxNorm;
  return maxNorm === undefined ? undefined : decodeFloat(maxNorm);
}
