import fc from 'fast-check';
import {
  dueEvent,
  isEnded,
  step,
  type Phase,
  type RoundEvent,
  type Tally,
} from './round-machine.js';

const RULES = { minSites: 2 };
const PHASES: readonly Phase[] = ['advertising', 'collecting', 'sealing', 'committed', 'aborted'];
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
      .record({ cohort: fc.nat(9), advertised: fc.nat(9), declined: fc.nat(9), updated: fc.nat(9) })
      .filter(({ cohort, advertised, updated }) => cohort >= advertised && advertised >= updated);
    const anyRules = fc.record({ minSites: fc.integer({ min: 2, max: 9 }) });
    fc.assert(
      fc.property(fc.constantFrom(...PHASES), anyTally, anyRules, fc.boolean(), (...given) => {
        const [phase, , rules, deadlinePassed] = given;
        const event = dueEvent(...given);
        const isWaiting = phase === 'advertising' || phase === 'collecting';
        expect(event !== undefined || !deadlinePassed || !isWaiting).toBe(true);
        expect(event === undefined || step(phase, event, rules).kind !== 'refused').toBe(true);
      }),
    );
  });
});
