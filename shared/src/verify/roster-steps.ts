/** The three ways in which a roster changes, each with what must have been in the log before. */
import { BUNDLE_PATHS, studyProtocolHash, type Roster } from '../protocol/index.js';
import type { Evidence } from './evidence.js';
import type { Check } from './findings.js';
import { leavesOf, type IndexedLeaf } from './history.js';
import { identityBefore } from './identities.js';

const PLACE = { path: BUNDLE_PATHS.rosters };

type RosterSite = Roster['sites'][number];

/** Nobody is let in who has not approved the protocol before, and with no key but that of its enrolment. */
export function verifyAddition(
  check: Check,
  { history, documents }: Evidence,
  { index, leaf }: IndexedLeaf<'roster.add'>,
  entry: RosterSite | undefined,
): void {
  const { siteId } = leaf;
  check.same(PLACE, `key of ${siteId}`, leaf.keyId, entry?.keyId);
  const enrolled = identityBefore(history.leaves, siteId, index) ?? 'one in the log';
  check.same(PLACE, `enrolled key of ${siteId}`, enrolled, entry?.identityKey);
  check.same(PLACE, `rotations of ${siteId}`, 0, entry?.rotations?.length ?? 0);
  const approval = leavesOf(history.leaves, 'study.approved').findLast(
    (candidate) => candidate.leaf.siteId === siteId && candidate.index < index,
  );
  if (approval === undefined) {
    const what = `approval of ${siteId}`;
    check.fail({ leafIndex: index }, { what, expected: 'a leaf before', found: 'missing' });
  } else if (documents.studyProtocol !== undefined) {
    const expected = studyProtocolHash(documents.studyProtocol.body);
    const what = 'studyProtocolHash';
    check.same({ leafIndex: approval.index }, what, expected, approval.leaf.studyProtocolHash);
  }
}

/** The new key is the one that the site itself, by both keys, put in place of the old one. */
export function verifyReplacement(
  check: Check,
  { history }: Evidence,
  { index, leaf }: IndexedLeaf<'roster.rotate'>,
  before: RosterSite | undefined,
  after: RosterSite | undefined,
): void {
  const { siteId } = leaf;
  const place = { leafIndex: index };
  const change = leavesOf(history.leaves, 'site.key-rotated').findLast(
    (candidate) => candidate.leaf.siteId === siteId && candidate.index < index,
  )?.leaf;
  check.same(place, 'oldKeyId', before?.keyId ?? 'of a member', leaf.oldKeyId);
  check.same(place, 'rotationHash', change?.rotationHash ?? 'in the log', leaf.rotationHash);
  check.same(PLACE, `key of ${siteId}`, leaf.keyId, after?.keyId);
  check.same(PLACE, `new key of ${siteId}`, change?.identityKey ?? 'one', after?.identityKey);
  verifyRotationList(check, history, before, after, leaf.rotationHash);
}

/** The entry lists the site's changes of key one by one, so that whoever pinned an earlier key can follow them. */
function verifyRotationList(
  check: Check,
  { leaves }: Evidence['history'],
  before: RosterSite | undefined,
  after: RosterSite | undefined,
  newest: string,
): void {
  const siteId = after?.siteId ?? '';
  const hashes = ({ rotations = [] }: Partial<RosterSite> = {}): string[] =>
    rotations.map(({ hash }) => hash);
  const expected = [...hashes(before), newest].join(', ');
  check.same(PLACE, `rotations of ${siteId}`, expected, hashes(after).join(', '));
  const logged = leavesOf(leaves, 'site.key-rotated');
  for (const { hash, leafIndex } of after?.rotations ?? []) {
    const found = logged.find(({ index }) => index === leafIndex)?.leaf.rotationHash;
    check.same(PLACE, `rotation in leaf ${leafIndex}`, hash, found);
  }
}

/** Somebody was revoked or left: the reason is in the log, and the site is gone. */
export function verifyRemoval(
  check: Check,
  { history }: Evidence,
  { index, leaf }: IndexedLeaf<'roster.revoke'>,
  before: RosterSite | undefined,
): void {
  const { siteId, because, validUntilRound } = leaf;
  const place = { leafIndex: index };
  check.same(place, 'keyId', before?.keyId ?? 'of a member', leaf.keyId);
  const reasons =
    because === 'revoked'
      ? leavesOf(history.leaves, 'site.revoked')
      : leavesOf(history.leaves, 'study.withdrawn');
  const isGiven = reasons.some((reason) => reason.leaf.siteId === siteId && reason.index < index);
  if (!isGiven) {
    const what = `reason to remove ${siteId}`;
    check.fail(place, { what, expected: `a leaf that it is ${because}`, found: 'missing' });
  }
  const begun = history.attempts.filter(({ manifest }) => (manifest?.index ?? index) < index);
  const lastRound = begun.at(-1)?.manifest?.leaf.roundNo ?? 0;
  if (validUntilRound > lastRound) {
    const expected = `at most ${lastRound}`;
    check.fail(place, { what: 'validUntilRound', expected, found: `${validUntilRound}` });
  }
}
