/** What a bundle does not show, and what a study did not come to: nothing of it is a fault, and an auditor should have seen it. */
import type { AttemptId, SiteId } from '../vocabulary/index.js';
import type { BundleSource } from './bundle-source.js';
import type { Evidence, ReadAttempt } from './evidence.js';
import { createFindings } from './findings.js';
import { gatherEvidence } from './gather-evidence.js';
import { committedAttempts, type AttemptHistory } from './history.js';
import { readLog } from './read-log.js';
import { verifyIndex, type PinnedKeys } from './verify-index.js';

/** Leaves from `first` to `last`, both counted: of other studies, by the coordinator's word. */
interface HiddenLeaves {
  readonly first: number;
  readonly last: number;
}

interface AttemptWithoutResult {
  readonly roundNo: number;
  readonly attemptId: AttemptId;
  /** As the log has it; undefined where the attempt has not ended. */
  readonly reason?: string;
}

/** A site that was asked and is not in what came of it. */
interface MissingSite {
  readonly roundNo: number;
  readonly attemptId: AttemptId;
  readonly siteId: SiteId;
  readonly state: 'declined' | 'dropped' | 'refused' | 'no advert';
  /** Of a decline, as the site signed it. */
  readonly code?: string;
}

export interface Gaps {
  readonly hiddenLeaves: readonly HiddenLeaves[];
  readonly attemptsWithoutResult: readonly AttemptWithoutResult[];
  /** Rounds of the protocol that have no result. */
  readonly roundsWithoutResult: readonly number[];
  readonly missingSites: readonly MissingSite[];
}

/**
 * What the log says is taken as it is: `verifyBundle` checks it.
 * @throws ConsiliumError as readLog
 */
export function listGaps(source: BundleSource, pinned: PinnedKeys = {}): Gaps {
  const { log, last } = readLog(source, pinned);
  const hiddenLeaves = hiddenAmong(
    log.leaves.map(({ index }) => index),
    last.size,
  );
  const findings = createFindings();
  const read = findings.run('index', (check) => verifyIndex(check, source, pinned));
  const evidence = read && gatherEvidence(findings, source, read, pinned)?.evidence;
  if (evidence === undefined) {
    return { hiddenLeaves, attemptsWithoutResult: [], roundsWithoutResult: [], missingSites: [] };
  }
  const { attempts } = evidence.history;
  return {
    hiddenLeaves,
    attemptsWithoutResult: attempts.filter(({ result }) => result === undefined).map(withoutResult),
    roundsWithoutResult: roundsWithout(evidence),
    missingSites: attempts.flatMap((attempt) =>
      missingFrom(attempt, evidence.documents.attempts.get(attempt.attemptId)),
    ),
  };
}

function hiddenAmong(shown: readonly number[], size: number): HiddenLeaves[] {
  const hidden: HiddenLeaves[] = [];
  let next = 0;
  for (const index of [...shown].sort((a, b) => a - b).concat(size)) {
    if (index > next) {
      hidden.push({ first: next, last: index - 1 });
    }
    next = index + 1;
  }
  return hidden;
}

function withoutResult(attempt: AttemptHistory): AttemptWithoutResult {
  const { attemptId, aborted } = attempt;
  const reason = aborted === undefined ? {} : { reason: aborted.leaf.reason };
  return { roundNo: roundOf(attempt), attemptId, ...reason };
}

function roundsWithout({ history, documents }: Evidence): number[] {
  const rounds = documents.studyProtocol?.body.training.rounds ?? 0;
  const done = new Set(committedAttempts(history).map(({ result }) => result.leaf.roundNo));
  return Array.from({ length: rounds }, (_, i) => i + 1).filter((roundNo) => !done.has(roundNo));
}

function missingFrom(attempt: AttemptHistory, read: ReadAttempt | undefined): MissingSite[] {
  const { attemptId, adverts, result, declines } = attempt;
  const at = { roundNo: roundOf(attempt), attemptId };
  const declined = declines.map(({ leaf: { siteId, code } }) => {
    return { ...at, siteId, state: 'declined' as const, code };
  });
  const told = new Set(declined.map(({ siteId }) => siteId));
  const advertised = new Set(adverts?.leaf.sites);
  const silent =
    adverts === undefined
      ? []
      : (read?.manifest?.body.cohort ?? [])
          .filter((siteId) => !advertised.has(siteId) && !told.has(siteId))
          .map((siteId) => ({ ...at, siteId, state: 'no advert' as const }));
  const lost =
    result === undefined
      ? []
      : (read?.record?.participants ?? []).flatMap(({ siteId, state }) =>
          state === 'survivor' || told.has(siteId) ? [] : [{ ...at, siteId, state }],
        );
  const named = new Set(lost.map(({ siteId }) => siteId));
  return [...declined, ...silent.filter(({ siteId }) => !named.has(siteId)), ...lost];
}

function roundOf({ leaves }: AttemptHistory): number {
  const [first] = leaves;
  return first?.leaf.roundNo ?? 0;
}
