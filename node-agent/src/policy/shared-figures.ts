/**
 * Which figures may leave. The rule of the smallest cell: figures on a split are withheld as a whole if one of its classes has
 * some pictures but fewer than `data.minCell`, since loss and confusion counts would then tell of single patients. A class
 * without any picture tells of nobody.
 */
import type { Metrics, SitePolicy } from '@consilium/shared/protocol';

export function mayShare({ share, data }: SitePolicy, metrics: readonly Metrics[]): boolean {
  return share.metrics !== 'none' && metrics.every((each) => isLargeEnough({ data }, each));
}

/** Whether something may be said about the split, be it one bit. */
export function isLargeEnough({ data }: Pick<SitePolicy, 'data'>, metrics: Metrics): boolean {
  return smallestCell(metrics) >= data.minCell;
}

/** Pictures of the rarest class that is there at all. */
function smallestCell({ confusion }: Metrics): number {
  const classes = confusion.map((row) => row.reduce((sum, count) => sum + count, 0));
  return Math.min(Number.POSITIVE_INFINITY, ...classes.filter((count) => count > 0));
}
