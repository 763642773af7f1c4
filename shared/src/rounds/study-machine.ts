/** The life of a study at the coordinator. docs/protocol/v1.md section 3. */

export type StudyPhase = 'recruiting' | 'running' | 'completed' | 'failed';

export type StudyEvent =
  | { readonly kind: 'started'; readonly sites: number }
  | { readonly kind: 'last-round-committed' }
  | { readonly kind: 'attempts-exhausted'; readonly reason: string };

export type StudyStep =
  | { readonly kind: 'moved'; readonly to: StudyPhase }
  | { readonly kind: 'refused'; readonly phase: StudyPhase; readonly reason: string };

const NEXT: Readonly<Record<StudyPhase, Partial<Record<StudyEvent['kind'], StudyPhase>>>> = {
  recruiting: { started: 'running' },
  running: { 'last-round-committed': 'completed', 'attempts-exhausted': 'failed' },
  completed: {},
  failed: {},
};

/** Whether sites may still join, leave or change their keys: then every change makes a new roster. */
export function mayChangeMembers(phase: StudyPhase): phase is 'recruiting' | 'running' {
  return phase === 'recruiting' || phase === 'running';
}

/** Applies one event. Never throws; a study that has too few sites stays where it is and says how many it needs. */
export function studyStep(
  phase: StudyPhase,
  event: StudyEvent,
  rules: { readonly minSites: number },
): StudyStep {
  const to = NEXT[phase][event.kind];
  if (to === undefined) {
    return { kind: 'refused', phase, reason: `the study is ${phase}` };
  }
  if (event.kind === 'started' && event.sites < rules.minSites) {
    return {
      kind: 'refused',
      phase,
      reason: `${event.sites} sites joined, the study requires ${rules.minSites}`,
    };
  }
  return { kind: 'moved', to };
}
