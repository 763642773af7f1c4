/** Which keys the log had for people at each of its leaves. */
import { fromBase64 } from '../encoding/index.js';
import { personKeyId, type PersonKey } from '../protocol/index.js';
import type { KeyId, OperatorId } from '../vocabulary/index.js';
import type { Check } from './findings.js';
import { leavesOf, type IndexedLeaf } from './history.js';

type KeyLeaf = IndexedLeaf<'person.key-added'> | IndexedLeaf<'person.key-removed'>;

/** The key if it was the person's own before the leaf: added, and not removed since. */
export function personKeyBefore(
  leaves: readonly IndexedLeaf[],
  { operatorId, keyId }: { readonly operatorId: OperatorId; readonly keyId: KeyId },
  index: number,
): PersonKey | undefined {
  const last = keyLeaves(leaves).findLast(
    (entry) =>
      entry.index < index && entry.leaf.operatorId === operatorId && entry.leaf.keyId === keyId,
  )?.leaf;
  return last?.type === 'person.key-added'
    ? { kind: last.kind, publicKey: fromBase64(last.publicKey) }
    : undefined;
}

/** Each key has the id that follows from it and belongs to one person for ever; nobody removes what nobody added. */
export function verifyPersonKeys(check: Check, leaves: readonly IndexedLeaf[]): void {
  const owners = new Map<KeyId, OperatorId>();
  for (const { index, leaf } of keyLeaves(leaves)) {
    check.covers();
    const place = { leafIndex: index };
    if (leaf.type === 'person.key-added') {
      const { kind, publicKey } = leaf;
      const keyId = check.attempt(place, 'key', () =>
        personKeyId({ kind, publicKey: fromBase64(publicKey) }),
      );
      check.same(place, 'keyId', keyId ?? 'of the key', leaf.keyId);
      check.same(place, 'owner', owners.get(leaf.keyId) ?? leaf.operatorId, leaf.operatorId);
      owners.set(leaf.keyId, owners.get(leaf.keyId) ?? leaf.operatorId);
    } else {
      check.same(place, 'owner', owners.get(leaf.keyId) ?? 'of an added key', leaf.operatorId);
    }
  }
}

function keyLeaves(leaves: readonly IndexedLeaf[]): KeyLeaf[] {
  return [...leavesOf(leaves, 'person.key-added'), ...leavesOf(leaves, 'person.key-removed')].sort(
    (a, b) => a.index - b.index,
  );
}
