/** Values by row and column as shades of one colour; the worst cell is framed. Darker is better, and the numbers say it too. */
import { ScrollArea } from '@mantine/core';
import classes from './heat-map.module.css';

const NAMES = 120;
const CELL_HEIGHT = 34;
const HEAD = 24;
const NARROWEST = 26;
const WIDEST = 78;
const WIDTH = 900;
/** Narrower cells have no room for their number; the table has it. */
const WITH_TEXT = 46;

export interface HeatMapProps {
  readonly label: string;
  readonly columns: readonly string[];
  readonly rows: readonly {
    readonly name: string;
    readonly values: readonly (number | undefined)[];
  }[];
  readonly isSmallGood: boolean;
  readonly format: (value: number) => string;
  /** Row and column. */
  readonly worst: readonly [string, string] | undefined;
}

export function HeatMap({ label, columns, rows, isSmallGood, format, worst }: HeatMapProps) {
  const cell = Math.min(WIDEST, Math.max(NARROWEST, (WIDTH - NAMES) / Math.max(1, columns.length)));
  const width = NAMES + cell * columns.length + 2;
  const height = HEAD + CELL_HEIGHT * rows.length + 2;
  const values = rows.flatMap((row) => row.values.filter((value) => value !== undefined));
  const low = Math.min(...values);
  const span = Math.max(...values) - low || 1;
  const goodness = (value: number): number =>
    isSmallGood ? 1 - (value - low) / span : (value - low) / span;
  return (
    <ScrollArea type="auto" viewportProps={{ tabIndex: 0, role: 'region', 'aria-label': label }}>
      <svg role="img" aria-label={label} width={width} height={height} className={classes['map']}>
        {columns.map((column, i) => (
          <text
            key={column}
            className={classes['column']}
            x={NAMES + cell * (i + 0.5)}
            y={HEAD - 8}
          >
            {column}
          </text>
        ))}
        {rows.map(({ name, values: ofRow }, i) => (
          <g key={name} transform={`translate(0 ${HEAD + i * CELL_HEIGHT})`}>
            <text className={classes['row']} x={4} y={CELL_HEIGHT / 2 + 5}>
              {name}
            </text>
            {ofRow.map((value, j) =>
              value === undefined ? null : (
                <Cell
                  key={columns[j]}
                  x={NAMES + j * cell}
                  width={cell}
                  share={goodness(value)}
                  text={format(value)}
                  isWorst={worst?.[0] === name && worst[1] === columns[j]}
                />
              ),
            )}
          </g>
        ))}
      </svg>
    </ScrollArea>
  );
}

interface CellProps {
  readonly x: number;
  readonly width: number;
  /** From 0, the worst, to 1. */
  readonly share: number;
  readonly text: string;
  readonly isWorst: boolean;
}

function Cell({ x, width, share, text, isWorst }: CellProps) {
  return (
    <>
      <rect
        className={classes['cell']}
        data-worst={isWorst}
        x={x + 1}
        y={1}
        width={width - 2}
        height={CELL_HEIGHT - 2}
        rx={3}
        style={{ fill: shade(share) }}
      >
        <title>{text}</title>
      </rect>
      {width < WITH_TEXT ? null : (
        <text
          className={classes['value']}
          x={x + width / 2}
          y={CELL_HEIGHT / 2 + 4}
          style={{ fill: share > 0.55 ? '#ffffff' : '#10151c' }}
        >
          {text}
        </text>
      )}
    </>
  );
}

/** One hue from light to dark, the same in both colour schemes. */
function shade(share: number): string {
  return `hsl(222 ${45 + 25 * share}% ${92 - 57 * share}%)`;
}
