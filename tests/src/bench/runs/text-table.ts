/** Tables for a terminal. */
import { numberText, ratioText, type Figure } from '../measure/figure.js';

const GAP = '  ';
const NUMBER = /^[\d.,-]+$/;

/** The first row is the head; columns of numbers stand at the right. */
export function textTable(rows: readonly (readonly string[])[]): string {
  const columns = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, i) =>
    Math.max(...rows.map((row) => (row[i] ?? '').length)),
  );
  const isRight = widths.map((_, i) =>
    rows.slice(1).every((row) => NUMBER.test(row[i] ?? '') || row[i] === ''),
  );
  return rows
    .map((row) =>
      widths
        .map((width, i) =>
          isRight[i] === true ? (row[i] ?? '').padStart(width) : (row[i] ?? '').padEnd(width),
        )
        .join(GAP)
        .trimEnd(),
    )
    .join('\n');
}

/** One row a figure, a further one for each peer or limit. */
export function figureTable(figures: readonly Figure[]): string {
  return textTable([
    ['figure', 'value', 'unit', 'beside', 'its value', 'ratio'],
    ...figures.flatMap(({ name, value, unit, beside }) => {
      const [first, ...others] = beside.map((one) => [
        one.isQuoted ? `${one.name} (quoted)` : one.name,
        numberText(one.value),
        ratioText(value, one.value),
      ]);
      return [
        [name, numberText(value), unit, ...(first ?? ['', '', ''])],
        ...others.map((cells) => ['', '', '', ...cells]),
      ];
    }),
  ]);
}
