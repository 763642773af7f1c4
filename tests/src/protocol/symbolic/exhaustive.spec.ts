import { explore } from './explore.js';
import { SOUND, type Defences } from './defences.js';
import { openedIn, readableSums, violationOf } from './knowledge.js';
import { movesFrom } from './moves.js';
import { openedWorld, worldOfSenders, type Setting, type World } from './world.js';

const setting = (honest: number, corrupt: number, defences: Defences = SOUND): Setting => ({
  honest,
  corrupt,
  colluders: 1,
  defences,
});

const SEARCHES = [
  { name: 'three honest sites', start: openedWorld(setting(3, 0)) },
  { name: 'two honest sites and a corrupt one', start: openedWorld(setting(2, 1)) },
  { name: 'three honest sites and a corrupt one', start: openedWorld(setting(3, 1)) },
  {
    name: 'four honest sites and a corrupt one that all sent',
    start: worldOfSenders(setting(4, 1)),
  },
];

describe('every order in which a coordinator can show anything to anybody', () => {
  it.each(SEARCHES)(
    'opens nothing it must not, with $name (cases 24, 25, 27, 65, 66)',
    (search) => {
      const { states, moves, violation } = explore(search.start);
      process.stdout.write(`${search.name}: ${states} states, ${moves} moves, no violation\n`);
      expect(violation).toBeUndefined();
      expect(states).toBeGreaterThan(50);
    },
  );

  it('lets the sum of all be read in the end, and nothing else (case 36)', () => {
    const world = playOut(worldOfSenders(setting(3, 0)));
    const opened = openedIn(world);
    expect(opened).toEqual({ selfSeeds: 0b111, maskKeys: 0 });
    expect(readableSums(world, opened)).toEqual([0b111]);
    expect(violationOf(world)).toBeUndefined();
  });

  it('opens an update once more sites collude than the study assumes, and not before (case 29)', () => {
    expect(explore(openedWorld(setting(2, 1))).violation).toBeUndefined();
    expect(explore(openedWorld(setting(2, 2))).violation?.what).toMatch(/sum of 1 honest update/);
  });
});

/** Takes the first willing move of each site until nothing is left to do. */
function playOut(start: World): World {
  const next = movesFrom(start).find(({ move }) => move.what !== 'attempt-aborted');
  return next === undefined ? start : playOut(next.world);
}
