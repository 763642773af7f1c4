import fc from 'fast-check';
import { sitesNeeded, secureThreshold } from '../secagg/threshold.js';
import { dueEvent, isEnded, isOver, siteStep, type Phase, type RoundRules } from './index.js';
import { tallyOf } from './testing/attempt-coordinator.js';
import { actionsOf, perform, type Action } from './testing/attempt-model.js';
import { openedAttempt, type AttemptState, type Document } from './testing/attempt-state.js';

const ORDER: Readonly<Record<'plain' | 'secure', readonly Phase[]>> = {
  plain: ['advertising', 'collecting', 'sealing', 'voting', 'committed', 'aborted'],
  secure: [
    'advertising',
    'sharing',
    'collecting',
    'sealing',
    'unmasking',
    'voting',
    'committed',
    'aborted',
  ],
};

const plain = (minSites: number): RoundRules => ({ minSites, aggregation: { kind: 'plain' } });
const secure = (minSites: number, n: number): RoundRules => ({
  minSites,
  aggregation: { kind: 'secure', colluders: 1, threshold: secureThreshold(n, 1) },
});

const voting = (rules: RoundRules): RoundRules => ({ ...rules, acceptance: 'vote' });

const SIZES = [
  { kind: 'a plain', n: 2, rules: plain(2) },
  { kind: 'a plain', n: 3, rules: plain(2) },
  { kind: 'a plain', n: 3, rules: plain(3) },
  { kind: 'a plain', n: 4, rules: plain(4) },
  { kind: 'a secure', n: 3, rules: secure(3, 3) },
  { kind: 'a secure', n: 4, rules: secure(3, 4) },
  { kind: 'a plain, voting', n: 2, rules: voting(plain(2)) },
  { kind: 'a plain, voting', n: 3, rules: voting(plain(2)) },
  { kind: 'a secure, voting', n: 3, rules: voting(secure(3, 3)) },
] as const;

describe.each(SIZES)(
  '$kind attempt of $n sites, $rules.minSites needed, in every order',
  (size) => {
    const { n, rules } = size;
    let states: readonly AttemptState[];
    let final: readonly AttemptState[];

    beforeAll(() => {
      ({ states, final } = explore(openedAttempt(n, rules)));
    });

    it('never leaves the tables, counts a site without advert, or commits with too few sites', () => {
      const outcomes = new Set(states.map(({ phase }) => phase));
      const isReached = (phase: Phase) => phase !== 'voting' || rules.acceptance === 'vote';
      const reached = ORDER[rules.aggregation.kind].filter(isReached);
      expect([...outcomes].sort()).toEqual(reached.sort());
    });

    it('comes to rest only when both ends are over', () => {
      expect(final).not.toHaveLength(0);
      const restless = final.filter(
        ({ phase, sites }) => !isEnded(phase) || !sites.every((site) => isOver(site.phase)),
      );
      expect(restless).toEqual([]);
    });

    it('ends by its deadlines alone when no site says anything any more, unless it is unmasked', () => {
      const endless = states.map(afterDeadlines).filter(({ phase }) => !isEnded(phase));
      expect(endless.filter(({ phase }) => phase !== 'unmasking')).toEqual([]);
      expect(endless.every((state) => isEnded(perform(state, { kind: 'abandon' }).phase))).toBe(
        true,
      );
    });

    it('is over for each site that hears of the end, in whichever phase it is', () => {
      const stuck = states.flatMap(({ phase, sites }) =>
        sites.filter(
          (site) =>
            site.heard.includes('end') &&
            !isOver(afterEnd(site.phase, phase === 'committed', rules.aggregation.kind)),
        ),
      );
      expect(stuck).toEqual([]);
    });
  },
);

describe('an attempt of many sites', () => {
  it('keeps to the rules on every random walk, and ends without a deadline once all answer', () => {
    const walk = fc.record({
      sites: fc.integer({ min: 2, max: 7 }),
      spare: fc.integer({ min: 0, max: 5 }),
      isSecure: fc.boolean(),
      isVoted: fc.boolean(),
      choices: fc.array(fc.nat(), { maxLength: 80 }),
    });
    fc.assert(
      fc.property(walk, ({ sites, spare, isSecure, isVoted, choices }) => {
        const least = Math.max(2, sites - spare);
        // A secure attempt of two sites is no attempt: no manifest opens one.
        const cohort = isSecure ? Math.max(sites, 3) : sites;
        const rules = isSecure ? secure(least, cohort) : plain(least);
        let state = openedAttempt(cohort, isVoted ? voting(rules) : rules);
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
    const settled = afterEveryoneAnswered(openedAttempt(5, plain(5)));
    expect(settled).toMatchObject({ phase: 'committed', survivors: [0, 1, 2, 3, 4] });
    expect(settled.sites.map(({ phase }) => phase)).toEqual(Array(5).fill('done'));
    expect(afterEveryoneAnswered(openedAttempt(5, secure(5, 5)))).toMatchObject({
      phase: 'committed',
      survivors: [0, 1, 2, 3, 4],
    });
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
function nameOf({ phase, sites, survivors, hasQuorum, isProposed }: AttemptState): string {
  const names = sites.map((site, index) => {
    const sets = [site.isPeer, site.isSharer, survivors?.includes(index)].join(' ');
    const own = `${site.phase} ${site.made.join('+')} ${site.heard.join('+')} ${sets}`;
    return isEnded(phase) ? own : `${own} ${site.known} ${site.advertTaken} ${site.vote}`;
  });
  return `${phase} ${hasQuorum} ${isProposed}: ${names.sort().join(', ')}`;
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
  const { phase, sites, aggregation } = after;
  const order = ORDER[aggregation.kind];
  const survivors = after.survivors ?? [];
  const faults: readonly [string, boolean][] = [
    ['the attempt went back', order.indexOf(phase) < order.indexOf(before.phase)],
    ['an ended attempt changed', isEnded(before.phase) && recorded(before) !== recorded(after)],
    ['a site that is over moved', before.sites.some((site, i) => movedAfterItsEnd(site, sites[i]))],
    ['a peer never advertised', sites.some((site) => site.isPeer && !site.advertTaken)],
    ['a survivor is no peer', survivors.some((i) => sites[i]?.isPeer !== true)],
    [
      'a survivor sent no update',
      survivors.some((i) => sites[i]?.made.includes('update') !== true),
    ],
    ['too few were summed', phase === 'committed' && survivors.length < leastOf(after)],
    ['the survivors changed', before.survivors !== undefined && before.survivors !== survivors],
    ['a rejected candidate took effect', phase === 'committed' && !isAccepted(after)],
    ['a share left without a quorum', countMade(after, 'answer') > 0 && !isQuorum(after)],
    ['too few shares took the masks off', aggregation.kind === 'secure' && isSummedTooEarly(after)],
    ['nobody is awaited', dueEvent(phase, tallyOf(after), after, false) !== undefined],
    ['a site saw another end', sites.some((site) => isOver(site.phase) && !agrees(site, after))],
  ];
  return faults.find(([, isBroken]) => isBroken)?.[0];
}

function thresholdOf(state: AttemptState): number {
  const { aggregation } = state;
  return aggregation.kind === 'plain' ? 0 : aggregation.threshold;
}

function leastOf(state: AttemptState): number {
  const { aggregation, minSites } = state;
  return aggregation.kind === 'plain' ? minSites : sitesNeeded({ minSites, ...aggregation });
}

/** By votes that sites made, not by what the coordinator says that it took. */
function isAccepted({ acceptance, survivors = [], sites }: AttemptState): boolean {
  const accepting = survivors.filter((index) => sites[index]?.made.includes('accept') === true);
  return acceptance !== 'vote' || accepting.length > survivors.length / 2;
}

function countMade({ sites }: AttemptState, document: Document): number {
  return sites.flatMap(({ made }) => made.filter((what) => what === document)).length;
}

function isQuorum(state: AttemptState): boolean {
  return countMade(state, 'endorsement') >= thresholdOf(state);
}

function isSummedTooEarly(state: AttemptState): boolean {
  return state.phase === 'committed' && countMade(state, 'answer') < thresholdOf(state);
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

function afterEnd(
  phase: Site['phase'],
  isCommitted: boolean,
  aggregation: 'plain' | 'secure',
): Site['phase'] {
  const next = siteStep(
    phase,
    isCommitted ? { kind: 'result-verified' } : { kind: 'attempt-aborted', reason: 'too few' },
    aggregation,
  );
  return next.kind === 'moved' ? next.to : phase;
}

/** Each deadline, and the sum where the coordinator can make it. */
function afterDeadlines(start: AttemptState): AttemptState {
  let state = start;
  for (;;) {
    const next = actionsOf(state).find(
      (action) => action.kind === 'deadline' || (action.kind === 'sum' && isWilling(action)),
    );
    if (next === undefined) {
      return state;
    }
    state = perform(state, next);
  }
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
      return action.makes !== 'decline' && action.makes !== 'refuse';
    case 'sum':
      return action.unreadable.length === 0;
    case 'send-broken-update':
    case 'deadline':
    case 'abandon':
      return false;
  }
}
