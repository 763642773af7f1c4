/** The steps of a new study, and which fields of the study file stand on which of them. */
import type { StudyFileFault } from '@consilium/shared/protocol';
import { isWithin } from './draft.js';

export const STEPS = ['purpose', 'model', 'data', 'rounds', 'sites', 'review'] as const;
export type Step = (typeof STEPS)[number];

/** The last step shows everything, and what belongs to no other one. */
const FIELDS: Readonly<Record<Exclude<Step, 'review'>, readonly string[]>> = {
  purpose: ['title', 'study'],
  model: ['backbone', 'adapter', 'privateAdapter'],
  data: ['task', 'training.classWeights', 'participation.minSamples'],
  rounds: ['training', 'privacy', 'acceptance', 'participation', 'seed'],
  sites: ['participation.sites'],
};

/** Where the field is filled in: the step that names it most exactly. */
export function stepOf(path: readonly string[]): Step {
  const field = path.join('.');
  let found: { readonly step: Step; readonly length: number } = { step: 'review', length: 0 };
  for (const step of STEPS) {
    for (const own of step === 'review' ? [] : FIELDS[step]) {
      if (isWithin(field, own) && own.length > found.length) {
        found = { step, length: own.length };
      }
    }
  }
  return found.step;
}

export function faultsOfStep(faults: readonly StudyFileFault[], step: Step): StudyFileFault[] {
  return faults.filter(({ path }) => stepOf(path) === step);
}

export function stepAfter(step: Step): Step {
  return STEPS[STEPS.indexOf(step) + 1] ?? step;
}

export function stepBefore(step: Step): Step {
  return STEPS[STEPS.indexOf(step) - 1] ?? step;
}
