/** The check `joins`: each site's signed word on the study protocol, with the key that it enrolled with. */
import { keyIdOf, verifyBody, type Signed } from '../crypto/index.js';
import { fromBase64 } from '../encoding/index.js';
import { BUNDLE_PATHS, signedHash, type Join } from '../protocol/index.js';
import type { ContentHash, SiteId } from '../vocabulary/index.js';
import type { Evidence } from './evidence.js';
import type { Check } from './findings.js';
import { leavesOf, type IndexedLeaf } from './history.js';
import { identityBefore } from './identities.js';

const PLACE = { path: BUNDLE_PATHS.joins };

type JoinLeaf = IndexedLeaf<'study.approved'> | IndexedLeaf<'study.declined'>;

export function verifyJoins(
  check: Check,
  { studyId, history }: Evidence,
  joins: readonly Signed<Join>[],
): void {
  const { leaves } = history;
  const entries: readonly JoinLeaf[] = [
    ...leavesOf(leaves, 'study.approved'),
    ...leavesOf(leaves, 'study.declined'),
  ];
  const byHash = new Map(joins.map((join) => [signedHash(join), join]));
  check.same(PLACE, 'joins, one for each leaf', entries.length, joins.length);
  const logged = new Set(entries.map(({ leaf }) => leaf.joinHash)).size;
  check.same(PLACE, 'joins that a leaf names', logged, joins.length);
  verifyEnrolments(check, leaves);
  verifyLastWords(check, entries);
  for (const entry of entries) {
    check.covers();
    const join = byHash.get(entry.leaf.joinHash);
    if (join === undefined) {
      missingJoin(check, entry.leaf.joinHash, entry.index);
    } else {
      check.same(PLACE, 'studyId', studyId, join.body.studyId);
      verifyDecision(check, entry, join.body);
      verifySignature(check, leaves, entry.index, join);
    }
  }
}

/** Who declined may join later; after a join nothing may follow but a withdrawal. */
function verifyLastWords(check: Check, entries: readonly JoinLeaf[]): void {
  const joinedAt = new Map<SiteId, number>();
  for (const { index, leaf } of [...entries].sort((a, b) => a.index - b.index)) {
    const earlier = joinedAt.get(leaf.siteId);
    if (earlier !== undefined) {
      const what = `${leaf.type} of ${leaf.siteId}`;
      const expected = `nothing after its join in leaf ${earlier}`;
      check.fail({ leafIndex: index }, { what, expected, found: 'another word' });
    }
    if (leaf.type === 'study.approved') {
      joinedAt.set(leaf.siteId, index);
    }
  }
}

function missingJoin(check: Check, hash: ContentHash, index: number): void {
  check.fail(PLACE, { what: `join of leaf ${index}`, expected: hash, found: 'no such join' });
}

function verifyEnrolments(check: Check, leaves: readonly IndexedLeaf[]): void {
  for (const { index, leaf } of leavesOf(leaves, 'site.enrolled')) {
    const place = { leafIndex: index };
    const keyId = check.attempt(place, 'key', () => keyIdOf(fromBase64(leaf.identityKey)));
    check.same(place, 'keyId', keyId ?? 'of the key', leaf.keyId);
    if (leaf.approvedBy === leaf.invitedBy) {
      const expected = 'somebody else than the inviter';
      check.fail(place, { what: 'approvedBy', expected, found: leaf.approvedBy });
    }
  }
}

function verifyDecision(check: Check, { leaf, index }: JoinLeaf, join: Join): void {
  const place = { leafIndex: index };
  const { decision } = join;
  check.same(place, 'siteId', join.siteId, leaf.siteId);
  if (leaf.type === 'study.approved') {
    check.same(place, 'decision', decision.kind, 'join');
    check.same(place, 'studyProtocolHash', join.studyProtocolHash, leaf.studyProtocolHash);
  } else {
    check.same(place, 'decision', decision.kind, 'decline');
    check.same(place, 'reason', decision.kind === 'decline' ? decision.code : 'none', leaf.reason);
  }
}

function verifySignature(
  check: Check,
  leaves: readonly IndexedLeaf[],
  index: number,
  join: Signed<Join>,
): void {
  const { siteId } = join.body;
  const key = identityBefore(leaves, siteId, index);
  if (key === undefined) {
    const expected = `before leaf ${index}`;
    check.fail(PLACE, { what: `enrolment of ${siteId}`, expected, found: 'none' });
    return;
  }
  check.signature(PLACE, `signature of ${siteId}`, () => verifyBody('join', join, fromBase64(key)));
}
