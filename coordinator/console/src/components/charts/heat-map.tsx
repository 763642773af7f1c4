/** Values by row and column as shades of one colour; the worst cell is framed. Darker is better, and the numbers say it too. */
import { ScrollArea } from '@mantine/core';
import { useMemo, useState } from 'react';
import classes from './heat-map.module.css';

const NAMES = 120;
const CELL_HEIGHT = 34;
const HEAD = 24;
const NARROWEST = 26;
const WIDEST = 78;
const WIDTH = 900;
/** Pixels of scrolling after which other columns are drawn, and the widest that a page is. */
const STEP = 500;
const WIDEST_VIEW = 1500;
/** Narrower cells have no room for their number; the table has it. */
const WITH_TEXT = 46;

/** The columns from `first` up to `end` are in view or close to it. */
interface Span {
  readonly first: number;
  readonly end: number;
}

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
  const goodness = useMemo(() => goodnessOf(rows, isSmallGood), [rows, isSmallGood]);
  const [steps, setSteps] = useState(0);
  const { first, end } = spanOf(steps * STEP, cell);
  return (
    <ScrollArea
      type="auto"
      viewportProps={{ tabIndex: 0, role: 'region', 'aria-label': label }}
      onScrollPositionChange={({ x }) => {
        setSteps(Math.round(x / STEP));
      }}
    >
      <svg role="img" aria-label={label} width={width} height={height} className={classes['map']}>
        {columns.slice(first, end).map((column, i) => (
          <text
            key={column}
            className={classes['column']}
            x={NAMES + cell * (first + i + 0.5)}
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
            {ofRow
              .slice(first, end)
              .map((value, j) =>
                value === undefined ? null : (
                  <Cell
                    key={columns[first + j]}
                    x={NAMES + (first + j) * cell}
                    width={cell}
                    share={goodness(value)}
                    text={format(value)}
                    isWorst={worst?.[0] === name && worst[1] === columns[first + j]}
                  />
                ),
              )}
          </g>
        ))}
      </svg>
    </ScrollArea>
  );
}

/** @param left pixels that are scrolled out of view, to within half a step @param cell the width of a column */
function spanOf(left: number, cell: number): Span {
  return {
    first: Math.max(0, Math.floor((left - STEP - NAMES) / cell)),
    end: Math.ceil((left + WIDEST_VIEW + STEP - NAMES) / cell),
  };
}

/** From 0, the worst value of all, to 1. */
function goodnessOf(rows: HeatMapProps['rows'], isSmallGood: boolean): (value: number) => number {
  let [low, high] = [Infinity, -Infinity];
  for (const value of rows.flatMap((row) => row.values)) {
    if (value !== undefined) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  const span = high - low || 1;
  return (value) => (isSmallGood ? 1 - (value - low) / span : (value - low) / span);
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
