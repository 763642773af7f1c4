/** When people kept the study paused, as the log tells it. */
import { leavesOf, type IndexedLeaf } from './history.js';

export interface ReportedPause {
  readonly leafIndex: number;
  readonly by: string;
  readonly reason: string;
  /** Absent where the study was not resumed. */
  readonly resumed?: { readonly leafIndex: number; readonly by: string };
}

/** @param leaves in the order of the log */
export function pausesOf(leaves: readonly IndexedLeaf[]): readonly ReportedPause[] {
  const paused = leavesOf(leaves, 'study.paused');
  const resumed = leavesOf(leaves, 'study.resumed');
  return paused.map(({ index, leaf: { by, reason } }, i) => {
    const until = paused[i + 1]?.index ?? Number.POSITIVE_INFINITY;
    const end = resumed.find((entry) => entry.index > index && entry.index < until);
    return {
      leafIndex: index,
      by,
      reason,
      ...(end === undefined ? {} : { resumed: { leafIndex: end.index, by: end.leaf.by } }),
    };
  });
}
