/** Bars by row and time: the coordinator on top, then a row a site. Every bar can be reached and chosen with the keyboard. */
import { ScrollArea } from '@mantine/core';
import { useFormats, useWords, type Dictionary } from '../../i18n/language.js';
import type { Formats } from '../../lib/format/formats.js';
import { legendOf } from '../../lib/timeline-legend.js';
import { scaleOf, type Bar, type Scale } from '../../lib/timeline.js';
import classes from './gantt.module.css';

const WIDTH = 960;
const NAMES = 130;
const ROW = 34;
const HEAD = 26;
const FOOT = 24;
const BAR = 20;
const THINNEST = 3;

export interface GanttProps {
  readonly bars: readonly Bar[];
  readonly chosen: string | undefined;
  readonly onChoose: (bar: Bar) => void;
}

export function Gantt({ bars, chosen, onChoose }: GanttProps) {
  const { timeline: words } = useWords();
  const formats = useFormats();
  const scale = scaleOf(bars);
  const rows = rowsOf(bars, words.coordinator);
  const height = HEAD + rows.length * ROW + FOOT;
  const from = Math.min(...bars.map(({ fromMs }) => fromMs));
  const to = Math.max(...bars.map(({ toMs }) => toMs));
  const ends = [formats.dateTime(from), formats.dateTime(to)] as const;
  return (
    <>
      <ScrollArea
        type="auto"
        viewportProps={{ tabIndex: 0, role: 'region', 'aria-label': words.title }}
      >
        <svg
          viewBox={`0 0 ${WIDTH} ${height}`}
          className={classes['chart']}
          role="group"
          aria-label={words.chart(...ends)}
        >
          {rows.map((name, i) => (
            <g key={name} transform={`translate(0 ${HEAD + i * ROW})`}>
              <rect className={classes['stripe']} data-odd={i % 2} width={WIDTH} height={ROW} />
              <text className={classes['name']} x={8} y={ROW / 2 + 5}>
                {name}
              </text>
            </g>
          ))}
          <Rounds bars={bars} scale={scale} height={height} words={words} />
          <Gaps scale={scale} height={height} words={words} formats={formats} />
          {bars.map((bar) => (
            <BarShape
              key={bar.key}
              bar={bar}
              row={rows.indexOf(bar.participant?.siteId ?? words.coordinator)}
              scale={scale}
              isChosen={bar.key === chosen}
              onChoose={onChoose}
            />
          ))}
          <text className={classes['tick']} x={NAMES} y={height - 6}>
            {ends[0]}
          </text>
          <text className={classes['tick']} x={WIDTH - 4} y={height - 6} textAnchor="end">
            {ends[1]}
          </text>
        </svg>
      </ScrollArea>
      <Legend bars={bars} />
    </>
  );
}

interface BarShapeProps {
  readonly bar: Bar;
  readonly row: number;
  readonly scale: Scale;
  readonly isChosen: boolean;
  readonly onChoose: (bar: Bar) => void;
}

function BarShape({ bar, row, scale, isChosen, onChoose }: BarShapeProps) {
  const { timeline: words } = useWords();
  const formats = useFormats();
  const x = xOf(scale, bar.fromMs);
  const width = Math.max(THINNEST, xOf(scale, bar.toMs) - x - 1);
  const lasted = bar.isOpen ? words.open : formats.duration(bar.toMs - bar.fromMs);
  const who = bar.participant?.siteId ?? words.coordinator;
  const label = `${words.round(bar.round.roundNo)}, ${who}, ${words.bar[bar.work]}: ${lasted}`;
  return (
    <rect
      role="button"
      tabIndex={0}
      aria-label={label}
      aria-pressed={isChosen}
      className={classes['bar']}
      data-work={bar.work}
      data-open={bar.isOpen}
      data-chosen={isChosen}
      x={x}
      y={HEAD + row * ROW + (ROW - BAR) / 2}
      width={width}
      height={BAR}
      rx={3}
      onClick={() => {
        onChoose(bar);
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter' || event.key === ' ') {
          event.preventDefault();
          onChoose(bar);
        }
      }}
    >
      <title>{label}</title>
    </rect>
  );
}

interface RoundsProps {
  readonly bars: readonly Bar[];
  readonly scale: Scale;
  readonly height: number;
  readonly words: Dictionary['timeline'];
}

function Rounds({ bars, scale, height, words }: RoundsProps) {
  const firsts = [...new Map([...bars].reverse().map((bar) => [bar.round.roundNo, bar])).values()];
  const isTight = firsts.length > 8;
  return firsts.map(({ round, fromMs }) => (
    <g key={round.roundNo} transform={`translate(${xOf(scale, fromMs)} 0)`} aria-hidden="true">
      <line className={classes['begin']} y1={HEAD - 8} y2={height - FOOT} />
      <text className={classes['tick']} x={3} y={HEAD - 9}>
        {isTight ? round.roundNo : words.round(round.roundNo)}
      </text>
    </g>
  ));
}

interface GapsProps {
  readonly scale: Scale;
  readonly height: number;
  readonly words: Dictionary['timeline'];
  readonly formats: Formats;
}

function Gaps({ scale, height, words, formats }: GapsProps) {
  return scale.gaps.map(({ fromMs, toMs }) => {
    const x = xOf(scale, fromMs);
    return (
      <rect
        key={fromMs}
        className={classes['gap']}
        x={x}
        y={HEAD}
        width={Math.max(THINNEST, xOf(scale, toMs) - x)}
        height={height - HEAD - FOOT}
      >
        <title>{words.gap(formats.duration(toMs - fromMs))}</title>
      </rect>
    );
  });
}

function Legend({ bars }: { readonly bars: readonly Bar[] }) {
  const { timeline: words } = useWords();
  const works = legendOf(bars);
  return (
    <ul className={classes['legend']} aria-hidden="true">
      {works.map((work) => (
        <li key={work}>
          <span className={classes['swatch']} data-work={work} /> {words.bar[work]}
        </li>
      ))}
    </ul>
  );
}

function xOf(scale: Scale, ms: number): number {
  return NAMES + scale.at(ms) * (WIDTH - NAMES - 4);
}

function rowsOf(bars: readonly Bar[], coordinator: string): readonly string[] {
  const sites = bars.flatMap(({ participant }) =>
    participant === undefined ? [] : [participant.siteId as string],
  );
  return [coordinator, ...[...new Set(sites)].toSorted()];
}
