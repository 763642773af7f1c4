/** The study's leaves, sorted by what they are about. Leaves only: documents are compared with it, never mixed into it. */
import type { Leaf, LeafType } from '../protocol/index.js';
import type { AttemptId, ContentHash } from '../vocabulary/index.js';

type LeafOf<T extends LeafType> = Extract<Leaf, { type: T }>;

export interface IndexedLeaf<T extends LeafType = LeafType> {
  readonly index: number;
  readonly leaf: LeafOf<T>;
}

type AttemptLeafType =
  | 'round.manifest'
  | 'round.adverts'
  | 'round.survivors'
  | 'round.candidate'
  | 'round.votes'
  | 'round.result'
  | 'round.aborted'
  | 'key.destroyed';

export interface AttemptHistory {
  readonly attemptId: AttemptId;
  /** In the order of the log. */
  readonly leaves: readonly IndexedLeaf<AttemptLeafType>[];
  readonly manifest?: IndexedLeaf<'round.manifest'>;
  readonly adverts?: IndexedLeaf<'round.adverts'>;
  readonly survivors?: IndexedLeaf<'round.survivors'>;
  readonly candidate?: IndexedLeaf<'round.candidate'>;
  readonly votes?: IndexedLeaf<'round.votes'>;
  readonly result?: IndexedLeaf<'round.result'>;
  readonly aborted?: IndexedLeaf<'round.aborted'>;
  readonly destroyed?: IndexedLeaf<'key.destroyed'>;
  /** A site's word in the attempt, no step of it. */
  readonly declines: readonly IndexedLeaf<'round.declined'>[];
}

/** Whether the leaf that fixed the survivors names sharers: only a secure attempt has them. */
export function isSecure({ survivors }: Pick<AttemptHistory, 'survivors'>): boolean {
  return survivors?.leaf.sharersHash !== undefined;
}

export interface History {
  readonly leaves: readonly IndexedLeaf[];
  readonly created?: IndexedLeaf<'study.created'>;
  readonly started?: IndexedLeaf<'study.started'>;
  readonly completed?: IndexedLeaf<'study.completed'>;
  readonly failed?: IndexedLeaf<'study.failed'>;
  /** In the order in which they began. */
  readonly attempts: readonly AttemptHistory[];
  /** The adapter checkpoint after each round, as logged; round 0 is the one that the study began with. */
  readonly checkpoints: ReadonlyMap<number, ContentHash>;
}

/** @param leaves in the order of the log, of one study and of none */
export function toHistory(leaves: readonly IndexedLeaf[]): History {
  const [created] = leavesOf(leaves, 'study.created');
  const [started] = leavesOf(leaves, 'study.started');
  const [completed] = leavesOf(leaves, 'study.completed');
  const [failed] = leavesOf(leaves, 'study.failed');
  const attempts = attemptsOf(leaves);
  const checkpoints = checkpointsOf(created, attempts);
  return { leaves, created, started, completed, failed, attempts, checkpoints };
}

/** The leaves of one type. */
export function leavesOf<T extends LeafType>(
  leaves: readonly { readonly index: number; readonly leaf: Leaf }[],
  type: T,
): IndexedLeaf<T>[] {
  return leaves.flatMap(({ index, leaf }) => (isOfType(leaf, type) ? [{ index, leaf }] : []));
}

export type RosterLeaf =
  IndexedLeaf<'roster.add'> | IndexedLeaf<'roster.rotate'> | IndexedLeaf<'roster.revoke'>;

/** Every change of the study's roster, in the order of the log. */
export function rosterLeaves(leaves: readonly IndexedLeaf[]): RosterLeaf[] {
  return [
    ...leavesOf(leaves, 'roster.add'),
    ...leavesOf(leaves, 'roster.rotate'),
    ...leavesOf(leaves, 'roster.revoke'),
  ].sort((a, b) => a.index - b.index);
}

function isOfType<T extends LeafType>(leaf: Leaf, type: T): leaf is LeafOf<T> {
  return leaf.type === type;
}

export type CommittedAttempt = AttemptHistory & { readonly result: IndexedLeaf<'round.result'> };

/** The attempts that ended with a result. */
export function committedAttempts({ attempts }: History): CommittedAttempt[] {
  return attempts.filter((attempt): attempt is CommittedAttempt => attempt.result !== undefined);
}

/** What the log says of a sum: of the result, or of a candidate that did not become one. */
export interface LoggedSum {
  readonly index: number;
  readonly roundNo: number;
  readonly recordHash: ContentHash;
  readonly ringSumHash: ContentHash;
  /** Of a result; a candidate's is in its record. */
  readonly adapterCheckpointHash?: ContentHash;
}

export type SummedAttempt = AttemptHistory & { readonly sum: LoggedSum };

/** Whether it is of the round, if one is named. */
export function isOf({ roundNo }: { readonly roundNo: number }, wanted?: number): boolean {
  return wanted === undefined || roundNo === wanted;
}

/** The attempts that came as far as a sum, whether it took effect or not. */
export function summedAttempts({ attempts }: History): SummedAttempt[] {
  return attempts.flatMap((attempt) => {
    const logged = attempt.result ?? attempt.candidate;
    return logged === undefined
      ? []
      : [{ ...attempt, sum: { ...logged.leaf, index: logged.index } }];
  });
}

export type StudyState = 'recruiting' | 'running' | 'completed' | 'failed';

export function studyState(history: History): StudyState {
  if (history.completed !== undefined) {
    return 'completed';
  }
  if (history.failed !== undefined) {
    return 'failed';
  }
  return history.started === undefined ? 'recruiting' : 'running';
}

/** Where two attempts claim one round, the first counts; the check `history` names the second. */
function checkpointsOf(
  created: IndexedLeaf<'study.created'> | undefined,
  attempts: readonly AttemptHistory[],
): ReadonlyMap<number, ContentHash> {
  const checkpoints = new Map<number, ContentHash>();
  if (created !== undefined) {
    checkpoints.set(0, created.leaf.adapterCheckpointHash);
  }
  for (const { result } of attempts) {
    if (result !== undefined && !checkpoints.has(result.leaf.roundNo)) {
      checkpoints.set(result.leaf.roundNo, result.leaf.adapterCheckpointHash);
    }
  }
  return checkpoints;
}

function attemptsOf(leaves: readonly IndexedLeaf[]): AttemptHistory[] {
  const byId = new Map<AttemptId, IndexedLeaf<AttemptLeafType>[]>();
  for (const entry of leaves) {
    if (isStep(entry.leaf)) {
      const own = byId.get(entry.leaf.attemptId) ?? [];
      own.push({ index: entry.index, leaf: entry.leaf });
      byId.set(entry.leaf.attemptId, own);
    }
  }
  const declined = leavesOf(leaves, 'round.declined');
  return [...byId].map(([attemptId, own]) => ({
    ...attemptOf(attemptId, own),
    declines: declined.filter(({ leaf }) => leaf.attemptId === attemptId),
  }));
}

/** A decline is a site's word in an attempt, not a step of it. */
function isStep(leaf: Leaf): leaf is LeafOf<AttemptLeafType> {
  return 'attemptId' in leaf && leaf.type !== 'round.declined';
}

function attemptOf(
  attemptId: AttemptId,
  leaves: readonly IndexedLeaf<AttemptLeafType>[],
): Omit<AttemptHistory, 'declines'> {
  const [manifest] = leavesOf(leaves, 'round.manifest');
  const [adverts] = leavesOf(leaves, 'round.adverts');
  const [survivors] = leavesOf(leaves, 'round.survivors');
  const [candidate] = leavesOf(leaves, 'round.candidate');
  const [votes] = leavesOf(leaves, 'round.votes');
  const [result] = leavesOf(leaves, 'round.result');
  const [aborted] = leavesOf(leaves, 'round.aborted');
  const [destroyed] = leavesOf(leaves, 'key.destroyed');
  const asked = { candidate, votes };
  return { attemptId, leaves, manifest, adverts, survivors, ...asked, result, aborted, destroyed };
}
