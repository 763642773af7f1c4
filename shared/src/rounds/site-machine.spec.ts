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

const SECURE_PHASES: readonly SitePhase[] = [
  'idle',
  'advertised',
  'shared',
  'peered',
  'sent',
  'endorsed',
  'answered',
  'declined',
  'done',
  'aborted',
];
const SECURE_EVENTS: readonly SiteEvent[] = [
  ...EVENTS,
  { kind: 'shares-journaled' },
  { kind: 'sharers-accepted' },
  { kind: 'endorsement-journaled' },
  { kind: 'answer-journaled' },
];

describe('a site in a secure attempt', () => {
  it('follows its table in every phase and refuses every other event', () => {
    const followed = SECURE_PHASES.map((phase) => [
      phase,
      SECURE_EVENTS.flatMap((event) => {
        const next = siteStep(phase, event, 'secure');
        return next.kind === 'moved' ? [`${event.kind} -> ${next.to}`] : [];
      }),
    ]);
    const ends = ['result-verified -> done', 'attempt-aborted -> aborted'];
    const decline = 'decline-journaled -> declined';
    const endorse = 'endorsement-journaled -> endorsed';
    expect(Object.fromEntries(followed)).toEqual({
      idle: ['advert-journaled -> advertised', decline, ...ends],
      advertised: [decline, ...ends, 'shares-journaled -> shared'],
      shared: [decline, ...ends, 'sharers-accepted -> peered'],
      peered: ['update-journaled -> sent', decline, ...ends, endorse],
      sent: [...ends, endorse],
      endorsed: [...ends, 'answer-journaled -> answered'],
      answered: ends,
      declined: ends,
      done: [],
      aborted: [],
    });
  });

  it('has no event of a plain attempt that would skip the shares', () => {
    expect(siteStep('advertised', { kind: 'peers-accepted' }, 'secure').kind).toBe('refused');
    expect(siteStep('advertised', { kind: 'shares-journaled' }, 'plain').kind).toBe('refused');
  });

  it('neither sends an update nor endorses again once it endorsed', () => {
    expect(siteStep('endorsed', { kind: 'update-journaled' }, 'secure').kind).toBe('refused');
    expect(siteStep('endorsed', { kind: 'endorsement-journaled' }, 'secure').kind).toBe('refused');
    expect(siteStep('answered', { kind: 'answer-journaled' }, 'secure').kind).toBe('refused');
  });

  it('gives no share before it endorsed', () => {
    const answer: SiteEvent = { kind: 'answer-journaled' };
    const answering = SECURE_PHASES.filter(
      (phase) => siteStep(phase, answer, 'secure').kind === 'moved',
    );
    expect(answering).toEqual(['endorsed']);
  });
});
