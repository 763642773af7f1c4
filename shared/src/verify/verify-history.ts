/** The check `history`: the leaves tell a possible life of a study, without a gap, a repetition or an end that did not come. */
import { BUNDLE_PATHS, type StudyProtocol } from '../protocol/index.js';
import type { Check } from './findings.js';
import {
  committedAttempts,
  leavesOf,
  type AttemptHistory,
  type CommittedAttempt,
  type History,
} from './history.js';
import { verifyPauses } from './verify-pauses.js';

const PLACE = { path: BUNDLE_PATHS.log };

/** Which leaf of an attempt may follow which: the phases of rounds/round-machine.ts as the log shows them. */
const NEXT: Readonly<Record<string, readonly string[]>> = {
  '': ['round.manifest'],
  'round.manifest': ['round.adverts', 'round.aborted'],
  'round.adverts': ['round.survivors', 'round.aborted'],
  'round.survivors': ['round.candidate', 'round.result', 'round.aborted'],
  'round.candidate': ['round.votes', 'round.aborted'],
  'round.votes': ['round.result', 'round.aborted'],
  'round.result': ['key.destroyed'],
  'round.aborted': ['key.destroyed'],
  'key.destroyed': [],
};

/** @param protocol what limits rounds and attempts, where it could be read */
export function verifyHistory(
  check: Check,
  history: History,
  protocol: StudyProtocol | undefined,
): void {
  verifyMilestones(check, history);
  let previous: AttemptHistory | undefined;
  /** Attempts of the round so far whose adverts were closed: those alone count. */
  let begun = 0;
  for (const attempt of history.attempts) {
    check.covers();
    verifyPhases(check, attempt);
    verifySuccession(check, attempt, previous);
    const isSameRound = previous?.manifest?.leaf.roundNo === attempt.manifest?.leaf.roundNo;
    begun = (isSameRound ? begun : 0) + (attempt.adverts === undefined ? 0 : 1);
    if (protocol !== undefined) {
      verifyLimits(check, attempt, begun, protocol);
    }
    previous = attempt;
  }
  verifyPauses(check, history);
  verifyCompletion(check, history, protocol);
  verifyFailure(check, history);
}

/** Created, started, ended: each once, in this order, and the rounds between the last two. */
function verifyMilestones(check: Check, history: History): void {
  const { leaves, created, started, attempts, completed, failed } = history;
  for (const type of [
    'study.created',
    'study.started',
    'study.completed',
    'study.failed',
  ] as const) {
    const [, second] = leavesOf(leaves, type);
    if (second !== undefined) {
      check.fail({ leafIndex: second.index }, { what: type, expected: 'once', found: 'again' });
    }
  }
  if (created === undefined) {
    check.fail(PLACE, { what: 'study.created', expected: 'a leaf', found: 'missing' });
  }
  if (started === undefined && attempts.length > 0) {
    check.fail(PLACE, { what: 'study.started', expected: 'a leaf', found: 'missing' });
  }
  const first = leaves.find(({ leaf }) => 'studyId' in leaf);
  if (first !== undefined) {
    const place = { leafIndex: first.index };
    check.same(place, 'first leaf of the study', 'study.created', first.leaf.type);
  }
  verifyOrder(check, [created, started, attempts[0]?.leaves[0]]);
  verifyOrder(check, [attempts.at(-1)?.leaves.at(-1), completed ?? failed]);
}

interface LeafInOrder {
  readonly index: number;
  readonly leaf: { readonly type: string };
}

function verifyOrder(check: Check, entries: readonly (LeafInOrder | undefined)[]): void {
  let last = -1;
  for (const entry of entries) {
    if (entry !== undefined && entry.index < last) {
      const { type } = entry.leaf;
      const place = { leafIndex: entry.index };
      check.fail(place, { what: `place of ${type}`, expected: `after ${last}`, found: 'before' });
    }
    last = Math.max(last, entry?.index ?? -1);
  }
}

function verifyPhases(check: Check, { attemptId, leaves }: AttemptHistory): void {
  let last = '';
  for (const { index, leaf } of leaves) {
    if (!(NEXT[last] ?? []).includes(leaf.type)) {
      check.fail(
        { leafIndex: index },
        {
          what: `leaf of attempt ${attemptId} after ${last === '' ? 'nothing' : last}`,
          expected: (NEXT[last] ?? []).join(' or ') || 'none: an attempt id is used once',
          found: leaf.type,
        },
      );
    }
    check.same(
      { leafIndex: index },
      `round of attempt ${attemptId}`,
      leaves[0]?.leaf.roundNo ?? 0,
      leaf.roundNo,
    );
    last = leaf.type;
  }
}

/** One attempt at a time; the next one tries the same round again after an abort, else the next round. */
function verifySuccession(
  check: Check,
  { leaves, manifest }: AttemptHistory,
  previous: AttemptHistory | undefined,
): void {
  if (manifest === undefined) {
    return;
  }
  const place = { leafIndex: manifest.index };
  const before = previous?.manifest?.leaf ?? { roundNo: 0, attemptNo: 0 };
  const advanced = previous === undefined || previous.result !== undefined;
  const { roundNo, attemptNo } = manifest.leaf;
  check.same(place, 'round number', advanced ? before.roundNo + 1 : before.roundNo, roundNo);
  check.same(place, 'attempt number', advanced ? 1 : before.attemptNo + 1, attemptNo);
  verifyOrder(check, [previous?.leaves.at(-1), leaves[0]]);
  if (previous !== undefined && !hasEnded(previous)) {
    const expected = 'ended before the next one began';
    check.fail(place, { what: `attempt ${previous.attemptId}`, expected, found: 'not ended' });
  }
}

function hasEnded({ result, aborted }: AttemptHistory): boolean {
  return result !== undefined || aborted !== undefined;
}

function verifyLimits(
  check: Check,
  { manifest }: AttemptHistory,
  begun: number,
  { training, participation }: StudyProtocol,
): void {
  if (manifest === undefined) {
    return;
  }
  const place = { leafIndex: manifest.index };
  const limits = [
    ['round number', manifest.leaf.roundNo, training.rounds],
    ['attempts of the round with enough sites', begun, participation.maxAttempts],
  ] as const;
  for (const [what, value, most] of limits) {
    if (value > most) {
      check.fail(place, { what, expected: `at most ${most}`, found: `${value}` });
    }
  }
}

function verifyCompletion(
  check: Check,
  history: History,
  protocol: StudyProtocol | undefined,
): void {
  const { completed, failed } = history;
  const committed = committedAttempts(history);
  const last = committed.at(-1);
  if (completed === undefined) {
    requireUnfinished(check, last, protocol);
    return;
  }
  check.covers();
  const place = { leafIndex: completed.index };
  const { rounds, adapterCheckpointHash } = completed.leaf;
  check.same(place, 'rounds with a result', committed.length, rounds);
  check.same(place, 'rounds of the protocol', protocol?.training.rounds ?? rounds, rounds);
  check.same(
    place,
    'last adapter checkpoint',
    last?.result.leaf.adapterCheckpointHash ?? 'of a round',
    adapterCheckpointHash,
  );
  if (failed !== undefined) {
    check.fail(place, { what: 'end', expected: 'completed or failed', found: 'both' });
  }
}

/** The last round's result and the end of the study are one step, so no honest log has the one without the other. */
function requireUnfinished(
  check: Check,
  last: CommittedAttempt | undefined,
  protocol: StudyProtocol | undefined,
): void {
  if (last !== undefined && last.result.leaf.roundNo === protocol?.training.rounds) {
    const place = { leafIndex: last.result.index };
    check.fail(place, { what: 'study.completed', expected: 'a leaf', found: 'missing' });
  }
}

function verifyFailure(check: Check, { failed, attempts }: History): void {
  if (failed !== undefined && attempts.at(-1)?.result !== undefined) {
    const place = { leafIndex: failed.index };
    check.fail(place, { what: 'last attempt', expected: 'aborted', found: 'committed' });
  }
}
