/** How long to wait before a failed job or timer is tried again: 1 s, doubled each time, at most 5 minutes. */
const FIRST_MS = 1000;
const LONGEST_MS = 5 * 60_000;

/** @param failures how often it failed so far, from 1. */
export function backoffMs(failures: number): number {
  return Math.min(FIRST_MS * 2 ** (failures - 1), LONGEST_MS);
}
