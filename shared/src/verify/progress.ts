/** How far a verification is, from the check that runs and how much of it is done. */
import { CHECKS, type CheckName } from './checks.js';

/** What takes longer than the others, in multiples of one of them: hashing files, climbing the log's tree, doing the arithmetic again. */
const WEIGHTS: Partial<Readonly<Record<CheckName, number>>> = {
  files: 8,
  inclusion: 8,
  headers: 3,
  sums: 30,
  adapters: 12,
};

/** @returns from a check and the fraction of it that is done, the part of the whole, from 0 to 1 and never less than before */
export function createProgress(): (check: CheckName, fraction: number) => number {
  const weights = CHECKS.map(({ name }) => WEIGHTS[name] ?? 1);
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  let reached = 0;
  return (check, fraction) => {
    const at = CHECKS.findIndex(({ name }) => name === check);
    const before = weights.slice(0, at).reduce((sum, weight) => sum + weight, 0);
    const now = (before + fraction * (weights[at] ?? 0)) / whole;
    reached = Math.max(reached, now);
    return reached;
  };
}
