/** Counts and lists what is wrong with a data set, by row and rule only. */
import {
  DATASET_RULES,
  type DatasetProblem,
  type DatasetReport,
  type DatasetRule,
} from '../trainer-link/messages.js';

const MOST_LISTED = 100;

const COLUMN_OF: Readonly<Record<DatasetRule, DatasetProblem['column']>> = {
  'empty-file': 'file',
  'empty-label': 'label',
  'unknown-class': 'label',
  'unknown-split': 'split',
  'path-outside-folder': 'file',
  'duplicate-file': 'file',
  'missing-file': 'file',
  'unreadable-file': 'file',
  'not-an-image': 'file',
  'truncated-image': 'file',
  'image-too-large': 'file',
  'duplicate-image': 'file',
  'patient-in-two-splits': 'patient',
};

export class Problems {
  readonly #all: { row: number; rule: DatasetRule }[] = [];

  add(row: number, rule: DatasetRule): void {
    this.#all.push({ row, rule });
  }

  /** Rows left out: one rule a row, the first it broke. */
  get count(): number {
    return this.#all.length;
  }

  /** The first hundred in the order of rows, and the count of every rule. */
  report(): Pick<DatasetReport, 'problems' | 'problemCounts'> {
    const byRow = [...this.#all].sort((a, b) => a.row - b.row);
    const problems = byRow
      .slice(0, MOST_LISTED)
      .map(({ row, rule }) => ({ row, rule, column: COLUMN_OF[rule] }));
    const counts = DATASET_RULES.map((rule) => [rule, byRow.filter((p) => p.rule === rule).length]);
    return { problems, problemCounts: Object.fromEntries(counts) as Record<DatasetRule, number> };
  }
}
