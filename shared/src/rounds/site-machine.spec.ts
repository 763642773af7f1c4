import { isOver, siteStep, type SiteEvent, type SitePhase } from './site-machine.js';

const PHASES: readonly SitePhase[] = [
  'idle',
  'advertised',
  'peered',
  'sent',
  'declined',
  'done',
  'aborted',
];
const EVENTS: readonly SiteEvent[] = [
  { kind: 'advert-journaled' },
  { kind: 'peers-accepted' },
  { kind: 'update-journaled' },
  { kind: 'decline-journaled', code: 'dataset-too-small' },
  { kind: 'result-verified' },
  { kind: 'attempt-aborted', reason: '1 site left, the study requires 2' },
];
const RESULT: SiteEvent = { kind: 'result-verified' };
const ABORTED: SiteEvent = { kind: 'attempt-aborted', reason: 'stopped' };

const walk = (...events: readonly SiteEvent[]) =>
  events.reduce<SitePhase>((phase, event) => {
    const next = siteStep(phase, event);
    return next.kind === 'moved' ? next.to : phase;
  }, 'idle');

describe('a site in an attempt', () => {
  it('advertises, accepts its peers, sends its update and verifies the result', () => {
    expect(
      walk(
        { kind: 'advert-journaled' },
        { kind: 'peers-accepted' },
        { kind: 'update-journaled' },
        RESULT,
      ),
    ).toBe('done');
  });

  it('follows its table in every phase and refuses every other event', () => {
    const followed = PHASES.map((phase) => [
      phase,
      EVENTS.flatMap((event) => {
        const next = siteStep(phase, event);
        return next.kind === 'moved' ? [`${event.kind} -> ${next.to}`] : [];
      }),
    ]);
    const ends = ['result-verified -> done', 'attempt-aborted -> aborted'];
    const decline = 'decline-journaled -> declined';
    expect(Object.fromEntries(followed)).toEqual({
      idle: ['advert-journaled -> advertised', decline, ...ends],
      advertised: ['peers-accepted -> peered', decline, ...ends],
      peered: ['update-journaled -> sent', decline, ...ends],
      sent: ends,
      declined: ends,
      done: [],
      aborted: [],
    });
  });

  it('sends no update before it has checked the set of adverts', () => {
    expect(siteStep('advertised', { kind: 'update-journaled' })).toEqual({
      kind: 'refused',
      phase: 'advertised',
      event: 'update-journaled',
    });
  });

  it('cannot take back an update that it sent', () => {
    expect(siteStep('sent', { kind: 'decline-journaled', code: 'training-failed' }).kind).toBe(
      'refused',
    );
  });

  it('takes the result also when it was dropped at a deadline or had declined', () => {
    expect(walk({ kind: 'advert-journaled' }, RESULT)).toBe('done');
    expect(walk({ kind: 'decline-journaled', code: 'training-failed' }, RESULT)).toBe('done');
  });

  it('hears of an end that came before it did anything', () => {
    expect(walk(ABORTED)).toBe('aborted');
  });

  it('changes nothing when the end is told again, or told otherwise', () => {
    expect(walk(RESULT, RESULT, ABORTED)).toBe('done');
    expect(walk(ABORTED, RESULT)).toBe('aborted');
  });

  it('is over once it is done or aborted, and not before', () => {
    expect(PHASES.filter(isOver)).toEqual(['done', 'aborted']);
  });
});
