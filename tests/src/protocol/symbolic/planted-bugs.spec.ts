import {
  BOUND_IN_HEADERS_ALONE,
  BOUND_IN_MASKS_ALONE,
  FORGETFUL,
  HASTY,
  MAJORITY,
  TWO_ARE_ENOUGH,
  UNBOUND,
  type Defences,
} from './defences.js';
import { explore } from './explore.js';
import { openedWorld, worldOfSenders, type Setting } from './world.js';

const setting = (honest: number, corrupt: number, defences: Defences): Setting => ({
  honest,
  corrupt,
  colluders: 1,
  defences,
});

const PLANTED = [
  {
    bug: 'a threshold of floor(n / 2) + 1 (cases 25, 29)',
    start: worldOfSenders(setting(4, 1, MAJORITY)),
    finds: /both secrets of site/,
  },
  {
    bug: 'an endorsement that is not in the journal when it is sent (cases 24, 50)',
    start: worldOfSenders(setting(3, 1, FORGETFUL)),
    finds: /endorsed two leaves/,
  },
  {
    bug: 'a set of sharers that nothing binds (case 65)',
    start: openedWorld(setting(3, 1, UNBOUND)),
    finds: /sum of 1 honest updates/,
  },
  {
    bug: 'a set of sharers that the masks bind and the headers do not (case 65)',
    start: openedWorld(setting(3, 1, BOUND_IN_MASKS_ALONE)),
    finds: /sum of 1 honest updates/,
  },
  {
    bug: 'shares that leave before there is a quorum (case 66)',
    start: openedWorld(setting(3, 1, HASTY)),
    finds: /without a quorum/,
  },
  {
    bug: 'sums of two sites (case 27)',
    start: openedWorld(setting(2, 1, TWO_ARE_ENOUGH)),
    finds: /sum of 1 honest updates/,
  },
];

describe('the search finds what follows from', () => {
  it.each(PLANTED)('$bug', ({ start, finds }) => {
    const { violation, states } = explore(start);
    expect(violation?.what).toMatch(finds);
    const trace = violation?.trace.map(({ site, what, shown }) =>
      shown === undefined ? `${site} ${what}` : `${site} ${what} ${shown.toString(2)}`,
    );
    process.stdout.write(`${violation?.what} after ${states} states: ${trace?.join(', ')}\n`);
    expect(trace?.length).toBeGreaterThan(1);
  });

  it('nothing that the masks alone would have to prevent, as long as headers name the sharers', () => {
    const start = openedWorld(setting(3, 1, BOUND_IN_HEADERS_ALONE));
    expect(explore(start).violation).toBeUndefined();
  });
});
