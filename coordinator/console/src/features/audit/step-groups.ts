/** The steps of a verification by check, without the ones that only say how far it is. */
import type { CheckName, VerificationStep } from '@consilium/shared/verify';

export type ShownStep = Exclude<
  VerificationStep,
  { readonly kind: 'began' } | { readonly kind: 'ended' }
>;

export interface StepGroup {
  readonly check: CheckName;
  readonly steps: readonly ShownStep[];
}

export function groupSteps(steps: readonly VerificationStep[]): readonly StepGroup[] {
  const groups = new Map<CheckName, ShownStep[]>();
  for (const step of steps) {
    if (step.kind !== 'began' && step.kind !== 'ended') {
      const group = groups.get(step.check) ?? [];
      group.push(step);
      groups.set(step.check, group);
    }
  }
  return [...groups].map(([check, ofCheck]) => ({ check, steps: ofCheck }));
}
