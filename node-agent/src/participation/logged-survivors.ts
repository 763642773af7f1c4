/**
 * The lists of survivors that the log holds, whoever was shown them: a coordinator may ask some sites to stand by one list and some
 * by another, of which each looks harmless alone. docs/protocol/v1.md section 4.1, difference rule and repeats.
 */
import type { Leaf } from '@consilium/shared/protocol';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import type { AttemptState } from './agent-state.js';
import type { StudyContext } from './site-context.js';

export type SurvivorsLeaf = Extract<Leaf, { type: 'round.survivors' }>;

/**
 * The survivor leaves of the attempt's round in a stretch of the log, each proven. A leaf that the coordinator does not show is
 * taken for one of a study that does not name this site.
 * @param range indices, `from` inclusive, `to` exclusive
 * @throws ConsiliumError 'proof-invalid', 'log-inconsistent', 'log-rollback'
 */
async function survivorsLoggedIn(
  study: StudyContext,
  { manifest }: AttemptState,
  { from, to }: { readonly from: number; readonly to: number },
  signal: AbortSignal,
): Promise<readonly SurvivorsLeaf[]> {
  const { studyId, roundNo } = manifest.body;
  const found: SurvivorsLeaf[] = [];
  for (let index = from; index < to; index += 1) {
    const leaf = await study.logTrust.leafIfShown(index, signal);
    if (leaf?.type === 'round.survivors' && leaf.studyId === studyId && leaf.roundNo === roundNo) {
      found.push(leaf);
    }
  }
  return found;
}

/**
 * The survivor leaves that a later one of the round names, each proven.
 * @throws ConsiliumError 'proof-invalid' when one is not of the round; as requireLeaf
 */
export async function earlierSurvivors(
  study: StudyContext,
  { manifest }: AttemptState,
  indices: readonly number[],
  signal: AbortSignal,
): Promise<readonly SurvivorsLeaf[]> {
  const { studyId, roundNo } = manifest.body;
  const found: SurvivorsLeaf[] = [];
  for (const index of indices) {
    const leaf = await study.logTrust.requireLeaf('round.survivors', index, signal);
    if (leaf.studyId !== studyId || leaf.roundNo !== roundNo) {
      throw new ConsiliumError('proof-invalid', `leaf ${index} names survivors of another round`);
    }
    found.push(leaf);
  }
  return found;
}

/**
 * Whether the update that this site sent is in a sum although the site did not endorse it: a plain one with a candidate, or a secure
 * one by the log.
 */
export async function wasNamed(
  study: StudyContext,
  attempt: AttemptState,
  abortedAt: number,
  signal: AbortSignal,
): Promise<boolean> {
  const { manifestLeafIndex: from, attemptId, header, endorsed } = attempt;
  if (attempt.manifest.body.aggregation.kind === 'plain') {
    return attempt.candidate?.record.survivors.includes(study.siteId) === true;
  }
  if (header === undefined || endorsed !== undefined) {
    return false;
  }
  const leaves = await survivorsLoggedIn(study, attempt, { from, to: abortedAt }, signal);
  return leaves.some((leaf) => leaf.attemptId === attemptId && leaf.sites.includes(study.siteId));
}
