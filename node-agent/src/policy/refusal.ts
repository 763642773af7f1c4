/** Why this site declines: a code that travels in the signed decline, and a sentence that stays here. */
import { ConsiliumError } from '@consilium/shared/vocabulary';

export interface Refusal {
  /** Lower-case letters, digits and hyphens; the coordinator and the log see it. */
  readonly code: string;
  /** One sentence with the numbers, for the site's own log and screen. */
  readonly sentence: string;
}

/** Thrown where a rule of the hospital ends a step; the decline carries the code of the first refusal. */
export class PolicyRefusal extends ConsiliumError {
  readonly refusals: readonly [Refusal, ...Refusal[]];

  constructor(refusals: readonly [Refusal, ...Refusal[]]) {
    super('policy-refused', refusals.map(({ sentence }) => sentence).join(' '));
    this.name = 'PolicyRefusal';
    this.refusals = refusals;
  }
}

/** @throws PolicyRefusal unless the list is empty */
export function requireNone(refusals: readonly Refusal[]): void {
  const [first, ...rest] = refusals;
  if (first !== undefined) {
    throw new PolicyRefusal([first, ...rest]);
  }
}

/** The code that a decline carries: that of the hospital's rule, or of the fault. */
export function declineCodeOf(error: ConsiliumError): string {
  return error instanceof PolicyRefusal ? error.refusals[0].code : error.code;
}
