/** What the sites of a sample round say of its candidate. */
import { contentHashOf, signBody, type Signed } from '../../crypto/index.js';
import { votesHash, type RoundRecord, type Vote } from '../../protocol/index.js';
import { AT, type RoundPlan, type SampleSite, type StartedStudy } from './sample-context.js';

/** Names the candidate in the log, has every survivor say what the plan wants, and counts. */
export function voteOn(
  { log, forgery }: StartedStudy,
  voters: readonly SampleSite[],
  candidate: RoundRecord,
  { isRejected = false }: Pick<RoundPlan, 'isRejected'> = {},
): Signed<Vote>[] {
  const { studyId, roundNo, attemptId, ringSumHash } = candidate;
  const leaf = { ...AT, studyId, roundNo, attemptId };
  const recordHash = contentHashOf(candidate);
  log.append({ ...leaf, type: 'round.candidate', recordHash, ringSumHash });
  const verdict = isRejected ? 'refuse' : 'accept';
  const honest = voters.map((site) => signVote(site, candidate, verdict));
  const votes = forgery.votes?.(honest, voters, candidate) ?? honest;
  const saying = (verdict: Vote['verdict']) =>
    votes.filter(({ body }) => body.verdict === verdict).length;
  log.append({
    ...leaf,
    type: 'round.votes',
    recordHash,
    votesHash: votesHash(attemptId, votes),
    accepted: saying('accept'),
    refused: saying('refuse'),
  });
  if (isRejected) {
    const reason = `rejected: ${saying('accept')} of ${voters.length} sites accepted the candidate`;
    log.append({ ...leaf, type: 'round.aborted', reason });
  }
  return votes;
}

export function signVote(
  { siteId, key }: SampleSite,
  candidate: RoundRecord,
  verdict: Vote['verdict'] = 'accept',
  code: Extract<Vote, { verdict: 'refuse' }>['code'] = 'worse',
): Signed<Vote> {
  const { studyId, roundNo, attemptId, manifestHash } = candidate;
  const recordHash = contentHashOf(candidate);
  const fields = { v: 1 as const, studyId, roundNo, attemptId, siteId, manifestHash, recordHash };
  const body: Vote =
    verdict === 'accept'
      ? { ...fields, verdict, code: 'within-tolerance' }
      : { ...fields, verdict, code };
  return signBody('vote', body, key);
}
