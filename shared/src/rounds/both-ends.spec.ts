import fc from 'fast-check';
import { dueEvent, isEnded, isOver, siteStep } from './index.js';
import {
  actionsOf,
  openedAttempt,
  perform,
  tallyOf,
  type Action,
  type AttemptState,
} from './testing/attempt-model.js';

const ORDER = ['advertising', 'collecting', 'sealing', 'committed', 'aborted'];

const SIZES = [
  [2, 2],
  [3, 2],
  [3, 3],
  [4, 4],
] as const;

describe.each(SIZES)('an attempt of %i sites that needs %i, in every order of events', (n, min) => {
  let states: readonly AttemptState[];
  let final: readonly AttemptState[];

  beforeAll(() => {
    ({ states, final } = explore(openedAttempt(n, min)));
  });

  it('never leaves the tables, counts a site without advert, or commits with too few sites', () => {
    const outcomes = new Set(states.map(({ phase }) => phase));
    expect([...outcomes].sort()).toEqual([...ORDER].sort());
  });

  it('comes to rest only when both ends are over', () => {
    expect(final).not.toHaveLength(0);
    const restless = final.filter(
      ({ phase, sites }) => !isEnded(phase) || !sites.every((site) => isOver(site.phase)),
    );
    expect(restless).toEqual([]);
  });

  it('ends by its deadlines alone when no site says anything any more', () => {
    const endless = states.map(afterDeadlines).filter(({ phase }) => !isEnded(phase));
    expect(endless).toEqual([]);
  });

  it('is over for each site that hears of the end, in whichever phase it is', () => {
    const stuck = states.flatMap(({ phase, sites }) =>
      sites.filter(
        (site) =>
          site.heard.includes('end') && !isOver(afterEnd(site.phase, phase === 'committed')),
      ),
    );
    expect(stuck).toEqual([]);
  });
});

describe('an attempt of many sites', () => {
  it('keeps to the rules on every random walk, and ends without a deadline once all answer', () => {
    const walk = fc.record({
      sites: fc.integer({ min: 2, max: 7 }),
      spare: fc.integer({ min: 0, max: 5 }),
      choices: fc.array(fc.nat(), { maxLength: 80 }),
    });
    fc.assert(
      fc.property(walk, ({ sites, spare, choices }) => {
        let state = openedAttempt(sites, Math.max(2, sites - spare));
        for (const choice of choices) {
          const actions = actionsOf(state);
          const action = actions[choice % actions.length];
          state = action === undefined ? state : checked(state, action);
        }
        const settled = afterEveryoneAnswered(state);
        expect(isEnded(settled.phase)).toBe(true);
        expect(settled.sites.every(({ phase }) => isOver(phase))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('commits the sum of every site when nothing goes wrong', () => {
    const settled = afterEveryoneAnswered(openedAttempt(5, 5));
    expect(settled).toMatchObject({ phase: 'committed', survivors: [0, 1, 2, 3, 4] });
    expect(settled.sites.map(({ phase }) => phase)).toEqual(Array(5).fill('done'));
  });
});

/** Visits every state that any order of events leads to, and checks each step on the way. */
function explore(start: AttemptState): {
  states: readonly AttemptState[];
  /** Those that nothing changes any more. */
  final: readonly AttemptState[];
} {
  const found = new Map([[nameOf(start), start]]);
  const final: AttemptState[] = [];
  // A Map also hands out what is added while it is walked.
  for (const state of found.values()) {
    const successors = actionsOf(state)
      .map((action) => checked(state, action))
      .filter((next) => next !== state);
    successors.forEach((next) => {
      const name = nameOf(next);
      if (!found.has(name)) {
        found.set(name, next);
      }
    });
    if (successors.length === 0) {
      final.push(state);
    }
  }
  return { states: [...found.values()], final };
}

/**
 * Sites are alike, so states that differ only in the numbers of the sites are one; so are states of an ended attempt that
 * differ in what the coordinator once knew, which nothing reads any more.
 */
function nameOf({ phase, sites }: AttemptState): string {
  const names = sites.map((site) => {
    const own = `${site.phase} ${site.made.join('+')} ${site.heard.length} ${site.isPeer}`;
    return isEnded(phase) ? own : `${own} ${site.known} ${site.advertTaken}`;
  });
  return `${phase}: ${names.sort().join(', ')}`;
}

function checked(before: AttemptState, action: Action): AttemptState {
  const after = perform(before, action);
  const fault = after === before ? undefined : faultOf(before, after);
  if (fault !== undefined || (action.kind === 'deadline' && after === before)) {
    throw new Error(`${fault ?? 'the deadline changed nothing'}: ${JSON.stringify(action)}`);
  }
  return after;
}

/** What must hold of every step, whatever happened before it. */
function faultOf(before: AttemptState, after: AttemptState): string | undefined {
  const { phase, sites, minSites } = after;
  const survivors = after.survivors ?? [];
  const faults: readonly [string, boolean][] = [
    ['the attempt went back', ORDER.indexOf(phase) < ORDER.indexOf(before.phase)],
    ['an ended attempt changed', isEnded(before.phase) && recorded(before) !== recorded(after)],
    ['a site that is over moved', before.sites.some((site, i) => movedAfterItsEnd(site, sites[i]))],
    ['a peer never advertised', sites.some((site) => site.isPeer && !site.advertTaken)],
    ['a survivor is no peer', survivors.some((i) => sites[i]?.isPeer !== true)],
    [
      'a survivor sent no update',
      survivors.some((i) => sites[i]?.made.includes('update') !== true),
    ],
    ['too few were summed', phase === 'committed' && survivors.length < minSites],
    ['nobody is awaited', dueEvent(phase, tallyOf(after), after, false) !== undefined],
    ['a site saw another end', sites.some((site) => isOver(site.phase) && !agrees(site, after))],
  ];
  return faults.find(([, isBroken]) => isBroken)?.[0];
}

/** What the coordinator holds of the attempt. */
function recorded({ phase, sites, survivors }: AttemptState): string {
  return JSON.stringify([phase, survivors, sites.map(({ known, isPeer }) => [known, isPeer])]);
}

type Site = AttemptState['sites'][number];

function movedAfterItsEnd(before: Site, after: Site | undefined): boolean {
  return isOver(before.phase) && after?.phase !== before.phase;
}

function agrees(site: Site, { phase }: AttemptState): boolean {
  return (site.phase === 'done' ? 'committed' : 'aborted') === phase;
}

function afterEnd(phase: Site['phase'], isCommitted: boolean): Site['phase'] {
  const next = siteStep(
    phase,
    isCommitted ? { kind: 'result-verified' } : { kind: 'attempt-aborted', reason: 'too few' },
  );
  return next.kind === 'moved' ? next.to : phase;
}

/** Two deadlines at most, then the sum. */
function afterDeadlines(start: AttemptState): AttemptState {
  let state = start;
  for (let i = 0; i < 3 && !isEnded(state.phase); i += 1) {
    const isSealing = state.phase === 'sealing';
    state = perform(state, isSealing ? { kind: 'sum', unreadable: [] } : { kind: 'deadline' });
  }
  return state;
}

/** Connections hold and nobody declines any more: every site does, sends and hears what it can, no deadline passes. */
function afterEveryoneAnswered(start: AttemptState): AttemptState {
  let state = start;
  for (;;) {
    const before = state;
    const next = actionsOf(state)
      .filter(isWilling)
      .map((action) => checked(before, action))
      .find((after) => after !== before);
    if (next === undefined) {
      return state;
    }
    state = next;
  }
}

function isWilling(action: Action): boolean {
  switch (action.kind) {
    case 'deliver':
    case 'site-hears':
    case 'send':
      return true;
    case 'site-does':
      return action.event.kind !== 'decline-journaled';
    case 'sum':
      return action.unreadable.length === 0;
    case 'send-broken-update':
    case 'deadline':
    case 'abandon':
      return false;
  }
}
