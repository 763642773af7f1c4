/** The check `rotations`: a site that took a new key signed the change with the old key and with the new one. */
import { contentHashOf, keyIdOf, verifyBody } from '../crypto/index.js';
import { fromBase64 } from '../encoding/index.js';
import { BUNDLE_PATHS, type DoublySignedKeyRotation } from '../protocol/index.js';
import type { Evidence } from './evidence.js';
import type { Check } from './findings.js';
import { leavesOf, type IndexedLeaf } from './history.js';
import { identityBefore, studySites } from './identities.js';

const PLACE = { path: BUNDLE_PATHS.rotations };

export function verifyRotations(
  check: Check,
  evidence: Evidence,
  rotations: readonly DoublySignedKeyRotation[],
): void {
  const { leaves } = evidence.history;
  const sites = studySites(leaves);
  const changes = leavesOf(leaves, 'site.key-rotated').filter(({ leaf }) => sites.has(leaf.siteId));
  const byHash = new Map(rotations.map((rotation) => [contentHashOf(rotation), rotation]));
  check.same(PLACE, 'rotations, one for each leaf', changes.length, rotations.length);
  for (const change of changes) {
    check.covers();
    const rotation = byHash.get(change.leaf.rotationHash);
    if (rotation === undefined) {
      const what = `rotation of leaf ${change.index}`;
      check.fail(PLACE, { what, expected: change.leaf.rotationHash, found: 'no such rotation' });
    } else {
      verifyRotation(check, evidence, change, rotation);
    }
  }
}

function verifyRotation(
  check: Check,
  { keys, history }: Evidence,
  { index, leaf }: IndexedLeaf<'site.key-rotated'>,
  { byOld, byNew }: DoublySignedKeyRotation,
): void {
  const place = { leafIndex: index };
  const { siteId, oldKey, newKey, coordinatorKeyId } = byOld.body;
  check.same(
    PLACE,
    'body under both signatures',
    contentHashOf(byOld.body),
    contentHashOf(byNew.body),
  );
  check.signature(PLACE, `signature of ${siteId} by its old key`, () =>
    verifyBody('key-rotation', byOld, fromBase64(oldKey)),
  );
  check.signature(PLACE, `signature of ${siteId} by its new key`, () =>
    verifyBody('key-rotation', byNew, fromBase64(newKey)),
  );
  check.same(PLACE, 'coordinatorKeyId', keyIdOf(keys.coordinator), coordinatorKeyId);
  check.same(place, 'siteId', siteId, leaf.siteId);
  check.same(place, 'identityKey', newKey, leaf.identityKey);
  check.same(place, 'key before', identityBefore(history.leaves, siteId, index) ?? 'one', oldKey);
  check.same(place, 'oldKeyId', byOld.keyId, leaf.oldKeyId);
  check.same(place, 'keyId', byNew.keyId, leaf.keyId);
}
