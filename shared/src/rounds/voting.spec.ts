import fc from 'fast-check';
import {
  acceptancesNeeded,
  dueEvent,
  siteStep,
  step,
  type RoundRules,
  type Tally,
} from './index.js';

const PLAIN: RoundRules = { minSites: 2, aggregation: { kind: 'plain' }, acceptance: 'vote' };
const SECURE: RoundRules = {
  minSites: 3,
  aggregation: { kind: 'secure', colluders: 1, threshold: 3 },
  acceptance: 'vote',
};
const ASKED_BEFORE = [
  ['plain', PLAIN, 'sealing', 'sent'],
  ['secure', SECURE, 'unmasking', 'answered'],
] as const;

const votes = (accepted: number, refused: number, survivors = 5): Tally => ({
  cohort: 6,
  advertised: 6,
  declined: 0,
  updated: survivors,
  survivors,
  accepted,
  refused,
});

describe.each(ASKED_BEFORE)('a %s attempt whose sites vote', (kind, rules, summing, lastPhase) => {
  it('shows the candidate to its sites before anything takes effect', () => {
    expect(step(summing, { kind: 'proposed', sites: 3 }, rules)).toEqual({
      kind: 'moved',
      to: 'voting',
    });
    expect(step(summing, { kind: 'summed', sites: 3 }, rules).kind).toBe('refused');
  });

  it('asks nobody where the study does not say so', () => {
    const unasked = { ...rules, acceptance: undefined };
    expect(step(summing, { kind: 'proposed', sites: 3 }, unasked).kind).toBe('refused');
    expect(step('voting', { kind: 'voted', sites: 3, accepted: 3 }, unasked).kind).toBe('refused');
  });

  it('still needs as many sites in the sum as ever', () => {
    expect(step(summing, { kind: 'proposed', sites: 1 }, rules).kind).toBe('failed');
  });

  it('commits with more than half of the sites, and keeps the old adapter with half', () => {
    expect(step('voting', { kind: 'voted', sites: 5, accepted: 3 }, rules)).toEqual({
      kind: 'moved',
      to: 'committed',
    });
    expect(step('voting', { kind: 'voted', sites: 4, accepted: 2 }, rules)).toEqual({
      kind: 'failed',
      to: 'aborted',
      reason: 'rejected: 2 of 4 sites accepted the candidate, 3 are needed',
    });
  });

  it('can be given up while it is voted on', () => {
    const abandoned = { kind: 'abandoned', reason: 'by hand' } as const;
    expect(step('voting', abandoned, rules).kind).toBe('failed');
  });

  it('is voted on once by a site, after its last other word', () => {
    expect(siteStep(lastPhase, { kind: 'vote-journaled' }, kind)).toEqual({
      kind: 'moved',
      to: 'voted',
    });
    for (const phase of ['peered', 'voted', 'declined', 'done'] as const) {
      expect(siteStep(phase, { kind: 'vote-journaled' }, kind).kind).toBe('refused');
    }
    expect(siteStep('voted', { kind: 'result-verified' }, kind)).toMatchObject({ to: 'done' });
    const aborted = { kind: 'attempt-aborted', reason: 'rejected' } as const;
    expect(siteStep('voted', aborted, kind)).toMatchObject({ to: 'aborted' });
  });
});

describe('the end of a vote', () => {
  it('does not wait for votes that can change nothing', () => {
    expect(dueEvent('voting', votes(2, 2), PLAIN, false)).toBeUndefined();
    expect(dueEvent('voting', votes(3, 0), PLAIN, false)).toEqual({
      kind: 'voted',
      sites: 5,
      accepted: 3,
    });
    expect(dueEvent('voting', votes(0, 3), PLAIN, false)).toEqual({
      kind: 'voted',
      sites: 5,
      accepted: 0,
    });
  });

  it('comes at the deadline, when a site that said nothing has not accepted', () => {
    const late = dueEvent('voting', votes(2, 0), PLAIN, true);
    expect(late && step('voting', late, PLAIN)).toMatchObject({ kind: 'failed', to: 'aborted' });
  });

  it('agrees with a count of all votes, whatever the sites that are still silent would say', () => {
    const anyVotes = fc
      .record({
        survivors: fc.integer({ min: 1, max: 9 }),
        accepted: fc.nat(9),
        refused: fc.nat(9),
      })
      .filter(({ survivors, accepted, refused }) => accepted + refused <= survivors);
    fc.assert(
      fc.property(anyVotes, ({ survivors, accepted, refused }) => {
        const due = dueEvent('voting', votes(accepted, refused, survivors), PLAIN, false);
        const silent = survivors - accepted - refused;
        const ends = [accepted, accepted + silent].map((all) => all > survivors / 2);
        expect(due !== undefined).toBe(ends[0] === ends[1]);
        const outcome = due && step('voting', due, PLAIN).kind;
        expect(outcome).toBe(due && (ends[0] === true ? 'moved' : 'failed'));
      }),
    );
  });

  it('takes two of two and two of three', () => {
    expect([1, 2, 3, 4, 5].map(acceptancesNeeded)).toEqual([1, 2, 2, 3, 3]);
  });
});
