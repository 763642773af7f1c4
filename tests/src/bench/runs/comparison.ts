/** A run against a saved one, figure by figure. */
import { figuresOf, keyOf, type SuiteResult } from '../suites/suite.js';
import { numberText, ratioText, type Figure } from '../measure/figure.js';
import { textTable } from './text-table.js';

export interface Compared {
  readonly name: string;
  readonly unit: string;
  readonly then: number;
  readonly now: number;
  /** now / then */
  readonly ratio: number;
  /** The same within a tenth, as far as a busy machine can tell. */
  readonly verdict: 'better' | 'same' | 'worse';
}

const NOISE = 0.1;

/** Only what both runs measured. */
export function compareRuns(then: readonly SuiteResult[], now: readonly SuiteResult[]): Compared[] {
  const before = new Map(then.map((result) => [keyOf(result), result]));
  return now.flatMap((result) => {
    const old = before.get(keyOf(result));
    const figures = new Map(
      (old === undefined ? [] : figuresOf(old)).map((one) => [one.name, one]),
    );
    return figuresOf(result).flatMap((figure) => {
      const earlier = figures.get(figure.name);
      return earlier === undefined ? [] : [compared(earlier, figure)];
    });
  });
}

function compared(then: Figure, now: Figure): Compared {
  const ratio = now.value / then.value;
  const { name, unit } = now;
  return { name, unit, then: then.value, now: now.value, ratio, verdict: verdictOf(ratio, now) };
}

function verdictOf(ratio: number, { better }: Figure): Compared['verdict'] {
  if (Math.abs(ratio - 1) <= NOISE || !Number.isFinite(ratio)) {
    return 'same';
  }
  return ratio < 1 === (better === 'less') ? 'better' : 'worse';
}

export function comparisonTable(lines: readonly Compared[]): string {
  return textTable([
    ['figure', 'then', 'now', 'unit', 'now / then', ''],
    ...lines.map(({ name, then, now, unit, verdict }) => [
      name,
      numberText(then),
      numberText(now),
      unit,
      ratioText(now, then),
      verdict,
    ]),
  ]);
}
