/** Lines over rounds or time, drawn by uPlot on a canvas; the label says what is on it, a table beside it has the numbers. */
import { useComputedColorScheme } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { useLanguage } from '../../i18n/language.js';

export interface Line {
  readonly name: string;
  /** One for each x; null where nothing was measured. */
  readonly values: readonly (number | null)[];
  readonly isMain?: boolean;
}

export interface Mark {
  readonly x: number;
  readonly y: number;
  readonly text: string;
}

export interface LineChartProps {
  readonly label: string;
  readonly x: readonly number[];
  /** Seconds since 1970 if the axis is time. */
  readonly isTime: boolean;
  readonly isLog: boolean;
  readonly axisLabel: string;
  readonly lines: readonly Line[];
  readonly marks: readonly Mark[];
  readonly format: (value: number) => string;
  /** Called with the canvas whenever it was drawn anew. */
  readonly onDrawn?: (canvas: HTMLCanvasElement) => void;
}

const HEIGHT = 340;
/** Okabe and Ito's colours, which most people with colour blindness tell apart; after them the dashes differ. */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9'] as const;
const DASHES: readonly number[][] = [[], [8, 4], [2, 3], [10, 3, 2, 3]];
/** Points are shown one by one up to here. */
const FEW_POINTS = 60;

export function LineChart(props: LineChartProps) {
  const { ref, width } = useElementSize();
  const holder = useRef<HTMLDivElement>(null);
  const scheme = useComputedColorScheme('light');
  const { language } = useLanguage();
  useEffect(() => {
    if (holder.current === null || width === 0) {
      return undefined;
    }
    const plot = new uPlot(optionsOf(props, width), dataOf(props), holder.current);
    props.onDrawn?.(plot.ctx.canvas);
    return () => {
      plot.destroy();
    };
    // Drawn anew with all of its properties, the colours of the scheme and the numbers of the language.
  }, [props, width, scheme, language]);
  return (
    <div ref={ref}>
      <div ref={holder} role="img" aria-label={props.label} tabIndex={0} />
    </div>
  );
}

function dataOf({ x, lines }: LineChartProps): uPlot.AlignedData {
  return [[...x], ...lines.map(({ values }) => [...values])];
}

function optionsOf(props: LineChartProps, width: number): uPlot.Options {
  const { isTime, isLog, lines, x, format, axisLabel } = props;
  const style = getComputedStyle(document.body);
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  const axis = {
    stroke: colour('--mantine-color-text'),
    grid: { stroke: colour('--console-line'), width: 1 },
    ticks: { stroke: colour('--console-line'), width: 1 },
    font: `12px ${style.fontFamily}`,
  };
  return {
    width,
    height: HEIGHT,
    scales: { x: { time: isTime }, y: { distr: isLog ? 3 : 1 } },
    axes: [
      { ...axis, ...(isTime ? {} : { incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000] }) },
      {
        ...axis,
        size: 64,
        values: (_, splits) => splits.map((value) => (value === null ? '' : format(value))),
      },
    ],
    series: [
      { label: axisLabel },
      ...lines.map(({ name, isMain = false }, i) => ({
        label: name,
        stroke: isMain
          ? colour('--mantine-color-text')
          : (COLOURS[(i - 1 + COLOURS.length) % COLOURS.length] ?? ''),
        width: isMain ? 2.5 : 1.5,
        dash: isMain ? [] : (DASHES[Math.floor(i / COLOURS.length) % DASHES.length] ?? []),
        points: { show: x.length <= FEW_POINTS, size: isMain ? 7 : 5 },
        spanGaps: true,
        value: (_: uPlot, value: number | null) => (value === null ? '–' : format(value)),
      })),
    ],
    hooks: {
      draw: [
        (plot) => {
          drawMarks(plot, props.marks, colour('--mantine-color-anchor'));
        },
      ],
    },
  };
}

function drawMarks(plot: uPlot, marks: readonly Mark[], colour: string): void {
  const { ctx } = plot;
  ctx.save();
  // The last line may have been a dashed one.
  ctx.setLineDash([]);
  ctx.fillStyle = colour;
  ctx.strokeStyle = colour;
  ctx.lineWidth = 2 * devicePixelRatio;
  ctx.font = `600 ${12 * devicePixelRatio}px sans-serif`;
  for (const { x, y, text } of marks) {
    const left = plot.valToPos(x, 'x', true);
    const top = plot.valToPos(y, 'y', true);
    ctx.beginPath();
    ctx.arc(left, top, 7 * devicePixelRatio, 0, 2 * Math.PI);
    ctx.stroke();
    ctx.textAlign = left > plot.bbox.left + plot.bbox.width / 2 ? 'right' : 'left';
    ctx.fillText(text, left, top - 14 * devicePixelRatio);
  }
  ctx.restore();
}
