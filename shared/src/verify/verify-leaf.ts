/** The checks `inclusion` and `leaves`: every leaf shown is in the signed log, in order, readable, and belongs to the study. */
import { fromBase64, toBase64, toHex, utf8 } from '../encoding/index.js';
import { leafHash, verifyInclusion, type Checkpoint } from '../log/index.js';
import { BUNDLE_PATHS, leafSchema, type BundleIndex, type BundleLog } from '../protocol/index.js';
import { LIMITS } from '../vocabulary/index.js';
import type { TrustedKeys } from './evidence.js';
import type { Check } from './findings.js';
import { leavesOf, type IndexedLeaf } from './history.js';
import { parseDocument } from './read-document.js';
import { nodeStep } from './steps.js';

const PLACE = { path: BUNDLE_PATHS.log };

/** @param last the checkpoint that every proof leads to */
export function verifyLeavesIncluded(check: Check, log: BundleLog, last: Checkpoint): void {
  const { size, root } = last;
  for (const [i, { index, leaf, inclusion }] of log.leaves.entries()) {
    check.covers();
    const fraction = i / log.leaves.length;
    check.attempt({ leafIndex: index }, 'inclusion', () => {
      const bytes = utf8(leaf);
      seeLeaf(check, index, bytes, fraction);
      const claim = { leaf: bytes, index, size, proof: inclusion.map(fromBase64), root };
      verifyInclusion(
        claim,
        check.see &&
          ((step) => {
            check.see?.({ kind: 'inclusion', leafIndex: index, size, ...nodeStep(step) }, fraction);
          }),
      );
    });
  }
}

/** Hashed once more only where somebody watches. */
function seeLeaf({ see }: Check, leafIndex: number, leaf: Uint8Array, fraction: number): void {
  see?.({ kind: 'leaf-hash', leafIndex, result: toHex(leafHash(leaf)) }, fraction);
}

/** @returns the leaves that could be read, by index */
export function verifyLeaves(
  check: Check,
  log: BundleLog,
  index: BundleIndex,
  keys: TrustedKeys,
): IndexedLeaf[] {
  const leaves = log.leaves.flatMap((entry, i) => {
    check.covers();
    const place = { leafIndex: entry.index };
    const before = log.leaves[i - 1]?.index ?? -1;
    if (entry.index <= before) {
      check.fail(place, { what: 'order', expected: `above ${before}`, found: `${entry.index}` });
      return [];
    }
    const leaf = check.attempt(place, 'form', () =>
      parseDocument(utf8(entry.leaf), leafSchema, LIMITS.leafBytes),
    );
    if (leaf !== undefined && 'studyId' in leaf) {
      check.same(place, 'studyId', index.studyId, leaf.studyId);
    }
    return leaf === undefined ? [] : [{ index: entry.index, leaf }];
  });
  verifyOpening(check, leaves, index, keys);
  return leaves.filter(({ leaf }) => !('studyId' in leaf) || leaf.studyId === index.studyId);
}

/** The log's first leaf names the keys, so they cannot be exchanged later without a trace. */
function verifyOpening(
  check: Check,
  leaves: readonly IndexedLeaf[],
  { origin }: BundleIndex,
  keys: TrustedKeys,
): void {
  const [opened, second] = leavesOf(leaves, 'log.opened');
  if (opened === undefined) {
    check.fail(PLACE, { what: 'log.opened', expected: 'leaf 0', found: 'missing' });
    return;
  }
  const place = { leafIndex: opened.index };
  check.same(place, 'index of log.opened', 0, opened.index);
  const logKey = toBase64(keys.log);
  const coordinatorKey = toBase64(keys.coordinator);
  check.agrees(place, { origin, logKey, coordinatorKey }, opened.leaf);
  if (second !== undefined) {
    const found = `another at ${second.index}`;
    check.fail({ leafIndex: second.index }, { what: 'log.opened', expected: 'once', found });
  }
}
