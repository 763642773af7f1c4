/** When a vote on a candidate is over, and what it comes to. docs/protocol/v1.md section 4.2. */

export interface VoteTally {
  /** The sites that are summed: each has one vote. */
  readonly survivors?: number;
  readonly accepted?: number;
  readonly refused?: number;
}

/** How many of the sites that are summed have to accept a candidate: more than half. */
export function acceptancesNeeded(survivors: number): number {
  return Math.floor(survivors / 2) + 1;
}

/** Whether no vote more can change what comes of it. */
export function isDecided({ survivors = 0, accepted = 0, refused = 0 }: VoteTally): boolean {
  const needed = acceptancesNeeded(survivors);
  return accepted >= needed || survivors - refused < needed;
}

/** Why the old adapter checkpoint stays in force, or undefined when the candidate takes its place. */
export function rejectionOf({ survivors = 0, accepted = 0 }: VoteTally): string | undefined {
  const needed = acceptancesNeeded(survivors);
  return accepted < needed
    ? `rejected: ${accepted} of ${survivors} sites accepted the candidate, ${needed} are needed`
    : undefined;
}
