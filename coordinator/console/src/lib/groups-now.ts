/** How far the groups of an attempt are, from what the coordinator answers of it. */
import type { AttemptView, ParticipantView } from '@consilium/shared/answers';

export interface GroupNow {
  readonly sites: readonly string[];
  /** Of them, whose update is there. */
  readonly returned: number;
  /** Fewer sites are not summed. */
  readonly minSites: number;
  /** So many are out of the attempt, or left when it was summed, that there is no sum of the group. */
  readonly isLeftOut: boolean;
}

const RETURNED: readonly ParticipantView['state'][] = ['updated', 'survivor'];
const GONE: readonly ParticipantView['state'][] = ['declined', 'refused', 'left', 'dropped'];

/** @returns none where all sites are summed together */
export function groupsNow({ groups, participants }: AttemptView): GroupNow[] {
  const stateOf = new Map(participants.map(({ siteId, state }) => [siteId, state]));
  const count = (
    sites: readonly ParticipantView['siteId'][],
    states: readonly ParticipantView['state'][],
  ): number => sites.filter((siteId) => states.includes(stateOf.get(siteId) ?? 'invited')).length;
  return (groups?.sites ?? []).map((sites) => {
    const minSites = groups?.minSites ?? 0;
    const isLeftOut = sites.length - count(sites, GONE) < minSites;
    return { sites, returned: count(sites, RETURNED), minSites, isLeftOut };
  });
}
