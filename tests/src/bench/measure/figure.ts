/** A figure as a table, a comparison or a picture shows it, with the peer or limit that it is held against. */

export interface Beside {
  readonly name: string;
  readonly value: number;
  /** Measured in the same run on the same machine, or quoted from an earlier one. */
  readonly isQuoted: boolean;
}

export interface Figure {
  /** Names it within all runs. */
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly better: 'less' | 'more';
  readonly beside: readonly Beside[];
}

export function figure(
  name: string,
  value: number,
  unit: string,
  better: Figure['better'] = 'less',
  beside: readonly Beside[] = [],
): Figure {
  return { name, value, unit, better, beside };
}

export function measured(name: string, value: number): Beside {
  return { name, value, isQuoted: false };
}

export function quoted(name: string, value: number): Beside {
  return { name, value, isQuoted: true };
}

/** Three significant digits, thousands grouped; no trailing zeros of a fraction. */
export function numberText(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString('en-US', { maximumFractionDigits: digits });
}

/** How often the value contains the other: "1.27". */
export function ratioText(value: number, other: number): string {
  return (value / other).toFixed(2);
}
