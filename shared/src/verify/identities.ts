/** Which key the log had for a site at each of its leaves: enrolled, rotated since, or none after a revocation. */
import type { SiteId } from '../vocabulary/index.js';
import { leavesOf, type IndexedLeaf } from './history.js';

/** The identity key, in base64, that the log had for the site before the leaf. */
export function identityBefore(
  leaves: readonly IndexedLeaf[],
  siteId: SiteId,
  index: number,
): string | undefined {
  const changes = [
    ...leavesOf(leaves, 'site.enrolled'),
    ...leavesOf(leaves, 'site.key-rotated'),
    ...leavesOf(leaves, 'site.revoked'),
  ]
    .filter((entry) => entry.leaf.siteId === siteId && entry.index < index)
    .sort((a, b) => a.index - b.index);
  const last = changes.at(-1)?.leaf;
  return last === undefined || last.type === 'site.revoked' ? undefined : last.identityKey;
}

/** Every site that gave its word on the study protocol. */
export function studySites(leaves: readonly IndexedLeaf[]): ReadonlySet<SiteId> {
  const words = [...leavesOf(leaves, 'study.approved'), ...leavesOf(leaves, 'study.declined')];
  return new Set(words.map(({ leaf }) => leaf.siteId));
}
