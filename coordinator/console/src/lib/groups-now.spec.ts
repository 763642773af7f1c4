import type { AttemptView, ParticipantView } from '@consilium/shared/answers';
import { groupsNow } from './groups-now.js';

type States = Readonly<Record<string, ParticipantView['state']>>;

function attemptOf(states: States, groups?: readonly (readonly string[])[]): AttemptView {
  const participants = Object.entries(states).map(([siteId, state]) => ({ siteId, state }));
  return {
    participants,
    ...(groups === undefined ? {} : { groups: { fewest: 3, minSites: 2, sites: groups } }),
  } as unknown as AttemptView;
}

const GROUPS = [
  ['ash', 'elm', 'oak'],
  ['fir', 'yew'],
];

describe('the groups of an attempt', () => {
  it('are none where all sites are summed together', () => {
    expect(groupsNow(attemptOf({ ash: 'updated' }))).toEqual([]);
  });

  it('count the updates that are there, and wait for the others', () => {
    const states: States = { ash: 'updated', elm: 'shared', oak: 'declined', fir: 'invited' };
    expect(groupsNow(attemptOf({ ...states, yew: 'updated' }, GROUPS))).toEqual([
      { sites: ['ash', 'elm', 'oak'], returned: 1, minSites: 2, isLeftOut: false },
      { sites: ['fir', 'yew'], returned: 1, minSites: 2, isLeftOut: false },
    ]);
  });

  it('are left out with fewer sites than a sum needs', () => {
    const states: States = { ash: 'survivor', elm: 'survivor', oak: 'survivor' };
    const gone: States = { fir: 'dropped', yew: 'survivor' };
    expect(groupsNow(attemptOf({ ...states, ...gone }, GROUPS))).toMatchObject([
      { returned: 3, isLeftOut: false },
      { returned: 1, isLeftOut: true },
    ]);
  });
});
