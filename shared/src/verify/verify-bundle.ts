/**
 * Verifies an evidence bundle: every check of CHECKS in its order, without network or database. What the signed log proves comes
 * first; documents are then held against it, never the other way round.
 */
import type { BundleSource } from './bundle-source.js';
import type { CheckName } from './checks.js';
import type { Evidence } from './evidence.js';
import { createFindings, type Check, type Findings } from './findings.js';
import { gatherEvidence } from './gather-evidence.js';
import { recomputeAdapters } from './recompute-round.js';
import { recomputeSums } from './recompute-sums.js';
import {
  historySummary,
  logSummary,
  peopleSummary,
  studySummary,
  type BundleReport,
} from './report.js';
import type { Observer } from './steps.js';
import { verifyActs } from './verify-acts.js';
import { verifyAdverts } from './verify-adverts.js';
import { verifyDeclines } from './verify-declines.js';
import { verifyEvaluations } from './verify-evaluations.js';
import { verifyHeaders } from './verify-headers.js';
import { verifyHistory } from './verify-history.js';
import { verifyFiles, verifyIndex, type PinnedKeys, type ReadIndex } from './verify-index.js';
import { verifyJoins } from './verify-joins.js';
import { verifyKeyDestruction } from './verify-key-destruction.js';
import { verifyManifests } from './verify-manifests.js';
import { verifyRecords } from './verify-records.js';
import { verifyRevealed } from './verify-revealed.js';
import { verifyRevocations } from './verify-revocations.js';
import { verifyRosters } from './verify-roster.js';
import { verifyRotations } from './verify-rotations.js';
import { verifyShares } from './verify-shares.js';
import { verifyStudy } from './verify-study.js';
import { verifySurvivors } from './verify-survivors.js';
import { verifyVotes } from './verify-votes.js';
import { verifyWithdrawals } from './verify-withdrawals.js';

/**
 * @param pinned keys to trust; without them those of the bundle are used, and the report says so
 * @param observer is told each step as it happens; the report is the same without one
 */
export function verifyBundle(
  source: BundleSource,
  pinned: PinnedKeys = {},
  observer?: Observer,
): BundleReport {
  const findings = createFindings(observer);
  const read = findings.run('index', (check) => verifyIndex(check, source, pinned));
  const summary = read === undefined ? {} : verifyListed(findings, source, read, pinned);
  const checks = findings.results();
  const verified = checks.every(({ ok }) => ok);
  return { verified, sumRecomputable: false, ...summary, checks };
}

type Summary = Omit<BundleReport, 'verified' | 'checks' | 'sumRecomputable'> &
  Partial<Pick<BundleReport, 'sumRecomputable'>>;

function verifyListed(
  findings: Findings,
  source: BundleSource,
  { index, keys }: ReadIndex,
  pinned: PinnedKeys,
): Summary {
  findings.run('files', (check) => {
    verifyFiles(check, source, index);
  });
  const study = studySummary(index, keys, pinned);
  const gathered = gatherEvidence(findings, source, { index, keys }, pinned);
  if (gathered === undefined) {
    return study;
  }
  const { evidence, shown, last } = gathered;
  const sumRecomputable = verifyStory(findings, evidence);
  const log = last === undefined ? {} : { log: logSummary(last, shown) };
  const told = { ...historySummary(evidence.history), ...peopleSummary(evidence) };
  return { ...study, ...told, ...log, sumRecomputable };
}

/** Everything that compares documents with the log and with each other. @returns whether every sum came out again */
function verifyStory(findings: Findings, evidence: Evidence): boolean {
  const { studyProtocol, evaluations, acts } = evidence.documents;
  findings.run('history', (check) => {
    verifyHistory(check, evidence.history, studyProtocol?.body);
  });
  findings.runOn('study', studyProtocol, (check, protocol) => {
    verifyStudy(check, evidence, protocol);
  });
  verifyMembers(findings, evidence);
  const sumRecomputable = verifyRounds(findings, evidence);
  findings.run('key-destruction', (check) => {
    verifyKeyDestruction(check, evidence);
  });
  findings.runOn('evaluations', evaluations, (check, documents) => {
    verifyEvaluations(check, evidence, documents);
  });
  findings.runOn('acts', acts, (check, documents) => {
    verifyActs(check, evidence, documents);
  });
  return sumRecomputable;
}

const ROUND_CHECKS = {
  manifests: verifyManifests,
  adverts: verifyAdverts,
  shares: verifyShares,
  headers: verifyHeaders,
  declines: verifyDeclines,
  survivors: verifySurvivors,
  revealed: verifyRevealed,
  votes: verifyVotes,
  records: verifyRecords,
} as const satisfies Partial<Record<CheckName, (check: Check, evidence: Evidence) => void>>;

/** What was sent in the rounds and what was made of it. @returns whether every sum came out again from the masked updates */
function verifyRounds(findings: Findings, evidence: Evidence): boolean {
  for (const [name, verify] of Object.entries(ROUND_CHECKS)) {
    findings.run(name as keyof typeof ROUND_CHECKS, (check) => {
      verify(check, evidence);
    });
  }
  const { studyProtocol } = evidence.documents;
  const sumRecomputable = findings.runOn('sums', studyProtocol, (check, { body }) =>
    recomputeSums(check, evidence, body),
  );
  findings.runOn('adapters', studyProtocol, (check, { body }) => {
    recomputeAdapters(check, evidence, body);
  });
  return sumRecomputable ?? false;
}

/** Who took part, and who no longer did. */
function verifyMembers(findings: Findings, evidence: Evidence): void {
  const { joins, rosters, rotations, withdrawals } = evidence.documents;
  findings.runOn('joins', joins, (check, documents) => {
    verifyJoins(check, evidence, documents);
  });
  findings.runOn('rosters', rosters, (check, documents) => {
    verifyRosters(check, evidence, documents);
  });
  findings.runOn('rotations', rotations, (check, documents) => {
    verifyRotations(check, evidence, documents);
  });
  findings.runOn('withdrawals', withdrawals, (check, documents) => {
    verifyWithdrawals(check, evidence, documents);
  });
  findings.runOn('revocations', rosters, (check, documents) => {
    verifyRevocations(check, evidence, documents);
  });
}
