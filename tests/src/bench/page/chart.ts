/** The picture of docs/benchmarks.md: every figure that has something beside it, as bars on a scale of its own. */
import { numberText, ratioText, type Figure } from '../measure/figure.js';
import { figuresOf, type Taken } from '../suites/suite.js';

const WIDTH = 860;
const LEFT = 16;
const BAR_LEFT = 240;
const BAR_WIDTH = 380;
const BAR = 13;
const LINE = 17;
const TITLE = 22;
const GAP = 12;
const TOP = 44;

const OURS = '#1f6f8b';
const THEIRS = '#b9c4c9';

interface Bar {
  readonly label: string;
  readonly value: number;
  readonly note: string;
  readonly colour: string;
}

/** An SVG document. */
export function chartOf(results: readonly Taken[]): string {
  const figures = results.flatMap(figuresOf).filter(({ beside }) => beside.length > 0);
  let y = TOP;
  const parts: string[] = [];
  for (const one of figures) {
    parts.push(group(one, y));
    y += heightOf(one);
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y}" width="${WIDTH}" height="${y}" font-family="system-ui, sans-serif" font-size="12" role="img">`,
    '<title>Figures of Consilium beside peers and limits</title>',
    `<rect width="${WIDTH}" height="${y}" fill="#ffffff"/>`,
    text(
      LEFT,
      24,
      'Consilium (blue) beside peers and limits (grey); each figure on its own scale',
      'font-weight="600" font-size="14"',
    ),
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}

function heightOf({ beside }: Figure): number {
  return TITLE + (beside.length + 1) * LINE + GAP;
}

function group(figure: Figure, top: number): string {
  const bars = barsOf(figure);
  const most = Math.max(...bars.map(({ value }) => value));
  const direction = figure.better === 'less' ? 'less is better' : 'more is better';
  return [
    text(LEFT, top + 12, `${figure.name} (${figure.unit}, ${direction})`, 'font-weight="600"'),
    ...bars.map((one, i) => barLine(one, most, top + TITLE + i * LINE)),
  ].join('\n');
}

function barsOf({ value, beside }: Figure): Bar[] {
  return [
    { label: 'Consilium', value, note: numberText(value), colour: OURS },
    ...beside.map((one) => ({
      label: one.isQuoted ? `${one.name} (quoted)` : one.name,
      value: one.value,
      note: `${numberText(one.value)}, ratio ${ratioText(value, one.value)}`,
      colour: THEIRS,
    })),
  ];
}

function barLine({ label, value, note, colour }: Bar, most: number, top: number): string {
  const width = Math.max(1, (BAR_WIDTH * value) / most).toFixed(1);
  return [
    text(BAR_LEFT - 8, top + 11, label, 'text-anchor="end"'),
    `<rect x="${BAR_LEFT}" y="${top}" width="${width}" height="${BAR}" fill="${colour}"/>`,
    text(BAR_LEFT + Number(width) + 6, top + 11, note, ''),
  ].join('');
}

function text(x: number, y: number, content: string, attributes: string): string {
  const space = attributes === '' ? '' : ' ';
  return `<text x="${x}" y="${y}" fill="#222222"${space}${attributes}>${escaped(content)}</text>`;
}

function escaped(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
