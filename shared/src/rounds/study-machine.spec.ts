import { studyStep, type StudyEvent, type StudyPhase } from './study-machine.js';

const RULES = { minSites: 3 };
const PHASES: readonly StudyPhase[] = ['recruiting', 'running', 'completed', 'failed'];
const EVENTS: readonly StudyEvent[] = [
  { kind: 'started', sites: 3 },
  { kind: 'last-round-committed' },
  { kind: 'attempts-exhausted', reason: 'round 2 failed 3 times' },
];

describe('a study', () => {
  it('follows its table in every phase and refuses every other event', () => {
    const followed = PHASES.flatMap((phase) =>
      EVENTS.flatMap((event) => {
        const next = studyStep(phase, event, RULES);
        return next.kind === 'moved' ? [`${phase} -- ${event.kind} -> ${next.to}`] : [];
      }),
    );
    expect(followed).toEqual([
      'recruiting -- started -> running',
      'running -- last-round-committed -> completed',
      'running -- attempts-exhausted -> failed',
    ]);
  });

  it('stays open while too few sites joined, and says how many it needs', () => {
    expect(studyStep('recruiting', { kind: 'started', sites: 2 }, RULES)).toEqual({
      kind: 'refused',
      phase: 'recruiting',
      reason: '2 sites joined, the study requires 3',
    });
  });

  it.each(['running', 'completed', 'failed'] as const)('does not start again while %s', (phase) => {
    expect(studyStep(phase, { kind: 'started', sites: 9 }, RULES)).toEqual({
      kind: 'refused',
      phase,
      reason: `the study is ${phase}`,
    });
  });
});
