/** Tables in Markdown as Prettier formats them. */

const NUMBER = /^-?[\d.,]+$/;

/** Columns of numbers stand at the right. */
export function markdownTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const cells = [head, ...rows].map((row) => row.map((cell) => cell.replaceAll('|', '\\|')));
  const widths = head.map((_, i) => Math.max(3, ...cells.map((row) => (row[i] ?? '').length)));
  const isRight = head.map((_, i) => rows.every((row) => NUMBER.test(row[i] ?? '')));
  const line = (row: readonly string[]) =>
    `| ${widths
      .map((width, i) =>
        isRight[i] === true ? (row[i] ?? '').padStart(width) : (row[i] ?? '').padEnd(width),
      )
      .join(' | ')} |`;
  const rule = `| ${widths
    .map((width, i) => (isRight[i] === true ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width)))
    .join(' | ')} |`;
  const [first = [], ...others] = cells;
  return [line(first), rule, ...others.map(line)].join('\n');
}
