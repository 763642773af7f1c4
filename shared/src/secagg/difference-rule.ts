/**
 * Which survivor sets a site may endorse one after another on the same adapter checkpoint: docs/protocol/v1.md section 4.1. Updates
 * from one checkpoint are close to each other, so the sum over A minus the sum over B shows what is in one of them alone.
 */
import type { SiteId } from '../vocabulary/index.js';

export type EndorsementRuling =
  | { readonly kind: 'ok' }
  /** The cells that some combination of the sums would tell apart, each smaller than c + 2 sites. */
  | { readonly kind: 'refused'; readonly cells: readonly (readonly SiteId[])[] };

/**
 * Sites that are in exactly the same sets form a cell. In every linear combination of the sums all sites of a cell have one
 * coefficient, so no combination tells apart fewer sites than the smallest cell has.
 * @param earlier the sets that this site has endorsed for the adapter checkpoint
 * @param next the one it is asked to endorse
 */
export function mayEndorse(
  earlier: readonly (readonly SiteId[])[],
  next: readonly SiteId[],
  colluders: number,
): EndorsementRuling {
  return mayEndorseAll(earlier, [next], colluders);
}

/** As `mayEndorse`, of an attempt that opens the sums of several sets at once: those of its groups. */
export function mayEndorseAll(
  earlier: readonly (readonly SiteId[])[],
  next: readonly (readonly SiteId[])[],
  colluders: number,
): EndorsementRuling {
  const small = cellsOf([...earlier, ...next]).filter((cell) => cell.length < colluders + 2);
  return small.length === 0 ? { kind: 'ok' } : { kind: 'refused', cells: small };
}

/** Sites that are in none of the sets form no cell here. */
function cellsOf(sets: readonly (readonly SiteId[])[]): readonly (readonly SiteId[])[] {
  const members = sets.map((set) => new Set(set));
  const cells = new Map<string, SiteId[]>();
  for (const siteId of [...new Set(sets.flat())].sort()) {
    const pattern = members.map((set) => (set.has(siteId) ? '1' : '0')).join('');
    cells.set(pattern, [...(cells.get(pattern) ?? []), siteId]);
  }
  return [...cells.values()];
}
