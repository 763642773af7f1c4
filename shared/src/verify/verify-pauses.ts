/** Part of the check `history`: while people kept the study paused no attempt was opened. docs/protocol/v1.md section 3. */
import type { OperatorId } from '../vocabulary/index.js';
import { rightsBefore } from './accounts.js';
import type { Check } from './findings.js';
import type { History, IndexedLeaf } from './history.js';

/** How the study stands at a leaf, by the leaves before it. */
type Standing =
  | { readonly kind: 'recruiting' }
  | { readonly kind: 'running' }
  | { readonly kind: 'paused'; readonly sinceLeaf: number }
  | { readonly kind: 'over' };

export function verifyPauses(check: Check, { leaves }: History): void {
  let standing: Standing = { kind: 'recruiting' };
  for (const entry of leaves) {
    requireFitting(check, entry, standing);
    if (entry.leaf.type === 'study.paused' || entry.leaf.type === 'study.resumed') {
      check.covers();
      requireRight(check, leaves, entry.index, entry.leaf.by);
    }
    standing = standingAfter(entry, standing);
  }
}

/** @param standing before the leaf */
function requireFitting(check: Check, { index, leaf }: IndexedLeaf, standing: Standing): void {
  const place = { leafIndex: index };
  const found = wordsOf(standing);
  switch (leaf.type) {
    case 'round.manifest':
      if (standing.kind === 'paused') {
        const what = `opening of attempt ${leaf.attemptId}`;
        check.fail(place, { what, expected: 'after study.resumed', found });
      }
      return;
    case 'study.paused':
      if (standing.kind !== 'running') {
        check.fail(place, { what: leaf.type, expected: 'while the study runs', found });
      }
      return;
    case 'study.resumed':
      if (standing.kind !== 'paused') {
        check.fail(place, { what: leaf.type, expected: 'while the study is paused', found });
      }
      return;
    default:
      return;
  }
}

function standingAfter({ index, leaf }: IndexedLeaf, before: Standing): Standing {
  switch (leaf.type) {
    case 'study.started':
    case 'study.resumed':
      return { kind: 'running' };
    case 'study.paused':
      return { kind: 'paused', sinceLeaf: index };
    case 'study.completed':
    case 'study.failed':
      return { kind: 'over' };
    default:
      return before;
  }
}

function wordsOf(standing: Standing): string {
  switch (standing.kind) {
    case 'recruiting':
      return 'before study.started';
    case 'running':
      return 'while the study runs';
    case 'paused':
      return `while the study is paused since leaf ${standing.sinceLeaf}`;
    case 'over':
      return 'after the end of the study';
  }
}

/** Pausing and resuming take the right that starting takes. */
function requireRight(
  check: Check,
  leaves: readonly IndexedLeaf[],
  index: number,
  by: OperatorId,
): void {
  if (!rightsBefore(leaves, by, index).includes('studies.start')) {
    const what = `account of ${by}`;
    const found = 'none in the log, closed, or of another role';
    check.fail({ leafIndex: index }, { what, expected: 'one that may run studies', found });
  }
}
