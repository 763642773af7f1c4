/** The check `withdrawals`: a site that left the study said so under its own signature. */
import { verifyBody, type Signed } from '../crypto/index.js';
import { fromBase64 } from '../encoding/index.js';
import { BUNDLE_PATHS, signedHash, type Withdrawal } from '../protocol/index.js';
import type { Evidence } from './evidence.js';
import type { Check } from './findings.js';
import { committedAttempts, leavesOf, type IndexedLeaf } from './history.js';
import { identityBefore } from './identities.js';

const PLACE = { path: BUNDLE_PATHS.withdrawals };

export function verifyWithdrawals(
  check: Check,
  evidence: Evidence,
  withdrawals: readonly Signed<Withdrawal>[],
): void {
  const entries = leavesOf(evidence.history.leaves, 'study.withdrawn');
  const byHash = new Map(withdrawals.map((withdrawal) => [signedHash(withdrawal), withdrawal]));
  check.same(PLACE, 'withdrawals, one for each leaf', entries.length, withdrawals.length);
  for (const entry of entries) {
    check.covers();
    const withdrawal = byHash.get(entry.leaf.withdrawalHash);
    if (withdrawal === undefined) {
      const what = `withdrawal of leaf ${entry.index}`;
      check.fail(PLACE, { what, expected: entry.leaf.withdrawalHash, found: 'no such withdrawal' });
    } else {
      verifyWithdrawal(check, evidence, entry, withdrawal);
    }
  }
}

function verifyWithdrawal(
  check: Check,
  { studyId, history }: Evidence,
  { index, leaf }: IndexedLeaf<'study.withdrawn'>,
  withdrawal: Signed<Withdrawal>,
): void {
  const { siteId, afterRound } = withdrawal.body;
  check.same(PLACE, 'studyId', studyId, withdrawal.body.studyId);
  check.same({ leafIndex: index }, 'siteId', siteId, leaf.siteId);
  const rounds = committedAttempts(history).filter(({ result }) => result.index < index).length;
  if (afterRound > rounds) {
    const expected = `at most ${rounds}`;
    check.fail(PLACE, { what: `afterRound of ${siteId}`, expected, found: `${afterRound}` });
  }
  const key = identityBefore(history.leaves, siteId, index);
  if (key === undefined) {
    const expected = `before leaf ${index}`;
    check.fail(PLACE, { what: `key of ${siteId}`, expected, found: 'none' });
  } else {
    check.signature(PLACE, `signature of ${siteId}`, () =>
      verifyBody('withdrawal', withdrawal, fromBase64(key)),
    );
  }
}
