import fc from 'fast-check';
import {
  dueEvent,
  isEnded,
  mayUnmask,
  step,
  type Phase,
  type RoundEvent,
  type Tally,
} from './round-machine.js';

const RULES = { minSites: 2, aggregation: { kind: 'plain' } } as const;
const PHASES: readonly Phase[] = ['advertising', 'collecting', 'sealing', 'committed', 'aborted'];
const SECURE = {
  minSites: 3,
  aggregation: { kind: 'secure', colluders: 1, threshold: 3 },
} as const;
const SECURE_PHASES: readonly Phase[] = [
  'advertising',
  'sharing',
  'collecting',
  'sealing',
  'unmasking',
  'committed',
  'aborted',
];
const EVENTS: readonly RoundEvent[] = [
  { kind: 'adverts-closed', sites: 3 },
  { kind: 'updates-closed', sites: 3 },
  { kind: 'summed', sites: 3 },
  { kind: 'abandoned', reason: 'the operator stopped it' },
];

const tally = (fields: Partial<Tally>): Tally => ({
  cohort: 3,
  advertised: 0,
  declined: 0,
  updated: 0,
  ...fields,
});

describe('a round attempt', () => {
  it('goes from adverts to updates to the sum to the result', () => {
    expect(step('advertising', { kind: 'adverts-closed', sites: 3 }, RULES)).toEqual({
      kind: 'moved',
      to: 'collecting',
    });
    expect(step('collecting', { kind: 'updates-closed', sites: 3 }, RULES)).toEqual({
      kind: 'moved',
      to: 'sealing',
    });
    expect(step('sealing', { kind: 'summed', sites: 2 }, RULES)).toEqual({
      kind: 'moved',
      to: 'committed',
    });
  });

  it('follows its table in every phase and refuses every other event', () => {
    const followed = PHASES.flatMap((phase) =>
      EVENTS.flatMap((event) => {
        const next = step(phase, event, RULES);
        return next.kind === 'refused' ? [] : [`${phase} -- ${event.kind} -> ${next.to}`];
      }),
    );
    expect(followed).toEqual([
      'advertising -- adverts-closed -> collecting',
      'advertising -- abandoned -> aborted',
      'collecting -- updates-closed -> sealing',
      'collecting -- abandoned -> aborted',
      'sealing -- summed -> committed',
      'sealing -- abandoned -> aborted',
    ]);
  });

  it('fails when fewer sites remain than the study requires', () => {
    expect(step('sealing', { kind: 'summed', sites: 1 }, RULES)).toEqual({
      kind: 'failed',
      to: 'aborted',
      reason: '1 site left, the study requires 2',
    });
    expect(step('advertising', { kind: 'adverts-closed', sites: 0 }, RULES)).toMatchObject({
      reason: '0 sites left, the study requires 2',
    });
  });

  it('refuses a second closing of the adverts and says what came when', () => {
    expect(step('collecting', { kind: 'adverts-closed', sites: 3 }, RULES)).toEqual({
      kind: 'refused',
      phase: 'collecting',
      event: 'adverts-closed',
    });
  });

  it('keeps the reason for which it is given up', () => {
    expect(step('sealing', { kind: 'abandoned', reason: 'overflow' }, RULES)).toEqual({
      kind: 'failed',
      to: 'aborted',
      reason: 'overflow',
    });
  });

  it('is over once it is committed or aborted, and not before', () => {
    expect(PHASES.filter(isEnded)).toEqual(['committed', 'aborted']);
  });
});

describe('what an attempt waits for', () => {
  it('closes the adverts as soon as the whole cohort advertised', () => {
    expect(dueEvent('advertising', tally({ advertised: 2 }), RULES, false)).toBeUndefined();
    expect(dueEvent('advertising', tally({ advertised: 3 }), RULES, false)).toEqual({
      kind: 'adverts-closed',
      sites: 3,
    });
  });

  it('counts a site that declined as answered', () => {
    expect(dueEvent('advertising', tally({ advertised: 2, declined: 1 }), RULES, false)).toEqual({
      kind: 'adverts-closed',
      sites: 2,
    });
    const counts = { advertised: 3, declined: 1, updated: 2 };
    expect(dueEvent('collecting', tally(counts), RULES, false)).toEqual({
      kind: 'updates-closed',
      sites: 2,
    });
  });

  it('awaits updates only from sites that advertised', () => {
    expect(dueEvent('collecting', tally({ advertised: 2, updated: 2 }), RULES, false)).toEqual({
      kind: 'updates-closed',
      sites: 2,
    });
  });

  it('gives up at once when too many declined for anybody to wait', () => {
    expect(dueEvent('advertising', tally({ advertised: 1, declined: 2 }), RULES, false)).toEqual({
      kind: 'abandoned',
      reason: '1 site left, the study requires 2',
    });
  });

  it('takes at the deadline whoever is there, even too few, so that the attempt fails', () => {
    const late = dueEvent('collecting', tally({ advertised: 3, updated: 1 }), RULES, true);
    expect(late).toEqual({ kind: 'updates-closed', sites: 1 });
    expect(late && step('collecting', late, RULES)).toMatchObject({ kind: 'failed' });
  });

  it.each(['sealing', 'committed', 'aborted'] as const)('waits for no site while %s', (phase) => {
    expect(dueEvent(phase, tally({ declined: 3 }), RULES, true)).toBeUndefined();
  });

  it('is an event that its phase takes, for every tally', () => {
    const anyTally = fc
      .record({
        cohort: fc.nat(9),
        advertised: fc.nat(9),
        declined: fc.nat(9),
        updated: fc.nat(9),
        shared: fc.nat(9),
        endorsed: fc.nat(9),
      })
      .filter(({ cohort, advertised, updated }) => cohort >= advertised && advertised >= updated);
    const anyRules = fc.record({
      minSites: fc.integer({ min: 2, max: 9 }),
      aggregation: fc.constantFrom(
        { kind: 'plain' } as const,
        { kind: 'secure', colluders: 1, threshold: 3 } as const,
        { kind: 'secure', colluders: 3, threshold: 7 } as const,
      ),
    });
    const waiting = {
      plain: ['advertising', 'collecting'],
      secure: ['advertising', 'sharing', 'collecting', 'sealing'],
    };
    const phaseOf = { plain: PHASES, secure: SECURE_PHASES };
    fc.assert(
      fc.property(fc.nat(), anyTally, anyRules, fc.boolean(), (choice, ...given) => {
        const [, rules, deadlinePassed] = given;
        const phases = phaseOf[rules.aggregation.kind];
        const phase = phases[choice % phases.length] ?? 'aborted';
        const event = dueEvent(phase, ...given);
        const isWaiting = waiting[rules.aggregation.kind].includes(phase);
        expect(event !== undefined || !deadlinePassed || !isWaiting).toBe(true);
        expect(event === undefined || step(phase, event, rules).kind !== 'refused').toBe(true);
      }),
    );
  });
});

const SECURE_EVENTS: readonly RoundEvent[] = [
  { kind: 'adverts-closed', sites: 4 },
  { kind: 'shares-closed', sites: 4 },
  { kind: 'updates-closed', sites: 4 },
  { kind: 'endorsed', sites: 3 },
  { kind: 'summed', sites: 4 },
  { kind: 'abandoned', reason: 'the operator stopped it' },
];

describe('a secure attempt', () => {
  it('follows its table in every phase and refuses every other event', () => {
    const followed = SECURE_PHASES.flatMap((phase) =>
      SECURE_EVENTS.flatMap((event) => {
        const next = step(phase, event, SECURE);
        return next.kind === 'refused' ? [] : [`${phase} -- ${event.kind} -> ${next.to}`];
      }),
    );
    expect(followed).toEqual([
      'advertising -- adverts-closed -> sharing',
      'advertising -- abandoned -> aborted',
      'sharing -- shares-closed -> collecting',
      'sharing -- abandoned -> aborted',
      'collecting -- updates-closed -> sealing',
      'collecting -- abandoned -> aborted',
      'sealing -- endorsed -> unmasking',
      'sealing -- abandoned -> aborted',
      'unmasking -- summed -> committed',
      'unmasking -- abandoned -> aborted',
    ]);
  });

  it('is bounded by the threshold of its manifest, not by the sites that are left', () => {
    const six = { minSites: 3, aggregation: { ...SECURE.aggregation, threshold: 4 } };
    const shares = { kind: 'shares-closed' } as const;
    expect(step('sharing', { ...shares, sites: 4 }, six)).toMatchObject({ to: 'collecting' });
    expect(step('sharing', { ...shares, sites: 3 }, six)).toEqual({
      kind: 'failed',
      to: 'aborted',
      reason: '3 sites left, a secure attempt (colluders: 1) requires 4',
    });
  });

  it('is never of two sites, nor of more than share their secrets with each other', () => {
    const adverts = { kind: 'adverts-closed' } as const;
    expect(step('advertising', { ...adverts, sites: 2 }, SECURE)).toMatchObject({
      reason: '2 sites left, a secure attempt (colluders: 1) requires 3',
    });
    expect(step('advertising', { ...adverts, sites: 128 }, SECURE).kind).toBe('moved');
    expect(step('advertising', { ...adverts, sites: 129 }, SECURE)).toMatchObject({
      reason: '129 sites are more than the 128 of which a secure sum may consist',
    });
  });

  it('waits for shares of those that advertised, then for updates of those that shared', () => {
    const counts = { cohort: 5, advertised: 5, shared: 4, updated: 3 };
    expect(dueEvent('sharing', tally(counts), SECURE, false)).toBeUndefined();
    expect(dueEvent('sharing', tally({ ...counts, declined: 1 }), SECURE, false)).toEqual({
      kind: 'shares-closed',
      sites: 4,
    });
    expect(dueEvent('collecting', tally(counts), SECURE, false)).toBeUndefined();
    expect(dueEvent('collecting', tally({ ...counts, updated: 4 }), SECURE, false)).toEqual({
      kind: 'updates-closed',
      sites: 4,
    });
  });

  it('gives up at once when too few are left to open a secret', () => {
    const counts = { cohort: 4, advertised: 4, shared: 4, declined: 2 };
    expect(dueEvent('sharing', tally(counts), SECURE, false)).toEqual({
      kind: 'abandoned',
      reason: '2 sites left, a secure attempt (colluders: 1) requires 3',
    });
    expect(dueEvent('collecting', tally(counts), SECURE, false)).toMatchObject({
      kind: 'abandoned',
    });
  });

  it('is unmasked once the threshold endorsed, and fails at a deadline below it', () => {
    const counts = { cohort: 4, advertised: 4, shared: 4, updated: 4 };
    expect(dueEvent('sealing', tally({ ...counts, endorsed: 2 }), SECURE, false)).toBeUndefined();
    expect(dueEvent('sealing', tally({ ...counts, endorsed: 3 }), SECURE, false)).toEqual({
      kind: 'endorsed',
      sites: 3,
    });
    const late = dueEvent('sealing', tally({ ...counts, endorsed: 2 }), SECURE, true);
    expect(late && step('sealing', late, SECURE)).toMatchObject({
      kind: 'failed',
      reason: '2 sites endorsed the survivors, a secure attempt (colluders: 1) requires 3',
    });
  });

  it('waits for answers without a deadline, and tries when the threshold answered', () => {
    const counts = { cohort: 4, advertised: 4, shared: 4, updated: 4, endorsed: 4 };
    expect(dueEvent('unmasking', tally(counts), SECURE, true)).toBeUndefined();
    expect(mayUnmask('unmasking', tally({ ...counts, answered: 2 }), SECURE)).toBe(false);
    expect(mayUnmask('unmasking', tally({ ...counts, answered: 3 }), SECURE)).toBe(true);
    expect(mayUnmask('sealing', tally({ ...counts, answered: 3 }), SECURE)).toBe(false);
  });

  it('can always be abandoned before it is over', () => {
    const open = SECURE_PHASES.filter((phase) => !isEnded(phase));
    const abandoned = { kind: 'abandoned', reason: 'by hand' } as const;
    expect(open.map((phase) => step(phase, abandoned, SECURE).kind)).toEqual(
      open.map(() => 'failed'),
    );
  });
});
