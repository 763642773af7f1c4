/**
 * What somebody reads who has the sums over several sets of sites: the linear combination of them that is about the fewest sites.
 * An oracle for the difference rule of docs/protocol/v1.md section 4.1: it shares nothing with the rule but the definition of a sum.
 * Every combination of least support is zero on cells whose patterns span all but one dimension, so those are tried, exactly.
 */
export interface Isolation {
  /** The sites whose updates are in the combination. */
  readonly sites: readonly string[];
  /** What each set is multiplied by. */
  readonly coefficients: readonly number[];
}

/** @returns undefined when every combination is zero, as of no sets at all */
export function smallestCombination(sets: readonly (readonly string[])[]): Isolation | undefined {
  const cells = cellsOf(sets);
  const patterns = cells.map(({ pattern }) => pattern);
  const rank = rankOf(patterns);
  const isolations = subsetsOf(patterns, rank - 1).flatMap((zeros): Isolation[] => {
    const coefficients = orthogonalTo(zeros, sets.length, patterns);
    return coefficients === undefined
      ? []
      : [{ coefficients, sites: supportOf(coefficients, cells) }];
  });
  return isolations.sort((a, b) => a.sites.length - b.sites.length)[0];
}

interface Cell {
  readonly pattern: readonly number[];
  readonly sites: readonly string[];
}

function cellsOf(sets: readonly (readonly string[])[]): readonly Cell[] {
  const cells = new Map<string, { pattern: readonly number[]; sites: string[] }>();
  for (const site of new Set(sets.flat())) {
    const pattern = sets.map((set) => (set.includes(site) ? 1 : 0));
    const cell = cells.get(pattern.join()) ?? { pattern, sites: [] };
    cell.sites.push(site);
    cells.set(pattern.join(), cell);
  }
  return [...cells.values()];
}

function supportOf(coefficients: readonly number[], cells: readonly Cell[]): string[] {
  return cells.flatMap(({ pattern, sites }) => (dot(coefficients, pattern) === 0 ? [] : sites));
}

/** A vector that is zero on `zeros` and not on every pattern, if there is one. */
function orthogonalTo(
  zeros: readonly (readonly number[])[],
  dimensions: number,
  patterns: readonly (readonly number[])[],
): readonly number[] | undefined {
  return nullSpace(zeros, dimensions).find((vector) =>
    patterns.some((pattern) => dot(vector, pattern) !== 0),
  );
}

/** A basis of whole numbers of the vectors that every row is orthogonal to. */
function nullSpace(rows: readonly (readonly number[])[], dimensions: number): number[][] {
  const { reduced, pivots } = eliminate(rows, dimensions);
  const free = Array.from({ length: dimensions }, (_, i) => i).filter((i) => !pivots.includes(i));
  return free.map((column) => {
    const scale = reduced.reduce((product, row, i) => product * at(row, at(pivots, i)), 1);
    const vector = Array.from({ length: dimensions }, () => 0);
    vector[column] = scale;
    reduced.forEach((row, i) => {
      vector[at(pivots, i)] = (-at(row, column) * scale) / at(row, at(pivots, i));
    });
    return vector;
  });
}

function rankOf(rows: readonly (readonly number[])[]): number {
  return eliminate(rows, rows[0]?.length ?? 0).pivots.length;
}

/** Gauss and Jordan over the whole numbers: each row is zero at the pivots of the others. */
function eliminate(
  rows: readonly (readonly number[])[],
  columns: number,
): { reduced: number[][]; pivots: number[] } {
  const left = rows.map((row) => [...row]);
  const reduced: number[][] = [];
  const pivots: number[] = [];
  for (let column = 0; column < columns; column += 1) {
    const found = left.findIndex((row) => at(row, column) !== 0);
    const [pivot] = found < 0 ? [] : left.splice(found, 1);
    if (pivot !== undefined) {
      for (const row of [...left, ...reduced]) {
        clear(row, pivot, column);
      }
      reduced.push(pivot);
      pivots.push(column);
    }
  }
  return { reduced, pivots };
}

function clear(row: number[], pivot: readonly number[], column: number): void {
  const [a, b] = [at(row, column), at(pivot, column)];
  if (a !== 0) {
    row.forEach((value, i) => {
      row[i] = value * b - at(pivot, i) * a;
    });
  }
}

function subsetsOf<T>(items: readonly T[], size: number): (readonly T[])[] {
  if (size <= 0) {
    return [[]];
  }
  return items.flatMap((item, i) =>
    subsetsOf(items.slice(i + 1), size - 1).map((rest) => [item, ...rest]),
  );
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * at(b, i), 0);
}

function at(values: readonly number[], index: number): number {
  return values[index] ?? 0;
}
