/** What the log let people do at each of its leaves: their accounts were made, changed and closed in it. */
import { rightsOfRoles, type OperatorId, type Right } from '../vocabulary/index.js';
import { leavesOf, type IndexedLeaf } from './history.js';

/** The rights of the person's account before the leaf; none where no account was made, or where it was closed. */
export function rightsBefore(
  leaves: readonly IndexedLeaf[],
  operatorId: OperatorId,
  index: number,
): readonly Right[] {
  const last = leavesOf(leaves, 'operator.changed').findLast(
    (entry) => entry.index < index && entry.leaf.operatorId === operatorId,
  )?.leaf;
  return last === undefined || last.change === 'closed' ? [] : rightsOfRoles(last.roles);
}
