/** How good the adapter is after each round: all sites together, and each site that shows its own figures. */
import { Button, Group, SegmentedControl, Stack, Switch, Text } from '@mantine/core';
import { useCallback, useMemo, useRef, useState, type ReactNode } from 'react';
import { LineChart, type Mark } from '../../components/charts/line-chart.js';
import { EmptyState } from '../../components/empty-state.js';
import { Panel } from '../../components/panel.js';
import { TableTwin } from '../../components/table-twin.js';
import { useFormats, useWords } from '../../i18n/language.js';
import { csvOf, download } from '../../lib/download.js';
import { bestOf, type FigureName, type FigureSeries } from '../../lib/figures.js';
import { useStudy } from '../study/study-layout.js';
import { ArrivingNote } from './arriving-note.js';
import { curveOf, rowsOf, type Axis, type Curve } from './curve.js';
import { FigureChoice } from './figure-choice.js';
import { useSeries } from './use-series.js';

export function CurvesPage() {
  const { curves: words } = useWords();
  const { studyId } = useStudy();
  const arrived = useSeries(studyId);
  if (arrived === undefined) {
    return null;
  }
  const { series, rest } = arrived;
  return rest === 'none' && series.together.length === 0 ? (
    <EmptyState title={words.none} how={words.noneHow} />
  ) : (
    <Curves studyId={studyId} series={series} note={<ArrivingNote of={arrived} />} />
  );
}

interface CurvesProps {
  readonly studyId: string;
  readonly series: FigureSeries;
}

function Curves({ studyId, series, note }: CurvesProps & { readonly note: ReactNode }) {
  const { curves: words } = useWords();
  const [figure, setFigure] = useState<FigureName>('balancedAccuracy');
  const [axis, setAxis] = useState<Axis>('round');
  const [isLog, setLog] = useState(false);
  const [showsSites, setShowsSites] = useState(true);
  const shown = useMemo(
    () => (showsSites ? series : { ...series, sites: [] }),
    [series, showsSites],
  );
  const curve = useMemo(() => curveOf(shown, figure, axis), [shown, figure, axis]);
  return (
    <Stack gap="md">
      <Group gap="sm">
        <FigureChoice figure={figure} onChoose={setFigure} />
        <SegmentedControl
          size="xs"
          aria-label={words.axis.label}
          value={axis}
          onChange={(value) => {
            setAxis(value);
          }}
          data={[
            { value: 'round', label: words.axis.round },
            { value: 'time', label: words.axis.time },
          ]}
        />
        <Switch
          label={words.log}
          checked={isLog}
          onChange={({ currentTarget }) => {
            setLog(currentTarget.checked);
          }}
        />
        {series.sites.length === 0 ? null : (
          <Switch
            label={words.perSite}
            checked={showsSites}
            onChange={({ currentTarget }) => {
              setShowsSites(currentTarget.checked);
            }}
          />
        )}
      </Group>
      <CurvePanel {...{ studyId, series: shown, figure, axis, isLog, curve }} />
      {note}
    </Stack>
  );
}

interface CurvePanelProps extends CurvesProps {
  readonly figure: FigureName;
  readonly axis: Axis;
  readonly isLog: boolean;
  readonly curve: Curve;
}

function CurvePanel({ studyId, series, figure, axis, isLog, curve }: CurvePanelProps) {
  const { curves: words, shell } = useWords();
  const formats = useFormats();
  const canvas = useRef<HTMLCanvasElement>(null);
  const format = useCallback(
    (value: number) => (figure === 'loss' ? formats.number(value, 4) : formats.percent(value)),
    [figure, formats],
  );
  const marks = useMarks(series, figure, axis);
  const lines = useMemo(
    () => curve.lines.map((line, i) => (i === 0 ? { ...line, name: words.all } : line)),
    [curve, words],
  );
  const onDrawn = useCallback((drawn: HTMLCanvasElement) => {
    canvas.current = drawn;
  }, []);
  const rows = useCallback(
    () =>
      rowsOf(curve).map(([round, ...values]) => [
        round,
        ...values.map((value) => (value === null ? '–' : format(value))),
      ]),
    [curve, format],
  );
  const columns = [words.round, ...lines.map(({ name }) => name)];
  const name = `${studyId}-${figure}`;
  return (
    <Panel
      title={words.metric[figure]}
      aside={
        <Group gap="xs">
          <Button
            variant="default"
            size="compact-sm"
            onClick={() => {
              download(
                `${name}.csv`,
                csvOf([columns, ...rowsOf(curve).map((row) => row.map((value) => value ?? ''))]),
              );
            }}
          >
            {shell.download.csv}
          </Button>
          <Button
            variant="default"
            size="compact-sm"
            onClick={() =>
              canvas.current?.toBlob((picture) => {
                if (picture !== null) {
                  download(`${name}.png`, picture);
                }
              })
            }
          >
            {shell.download.png}
          </Button>
        </Group>
      }
    >
      <BestAndLast series={series} figure={figure} format={format} />
      <LineChart
        label={words.chart(words.metric[figure])}
        x={curve.x}
        isTime={axis === 'time'}
        axisLabel={words.axis[axis]}
        {...{ isLog, lines, marks, format, onDrawn }}
      />
      {series.sites.length === 0 ? (
        <Text size="sm" c="dimmed">
          {words.heat.noneHow}
        </Text>
      ) : null}
      <TableTwin caption={words.metric[figure]} columns={columns} rows={rows} />
    </Panel>
  );
}

function useMarks({ together }: FigureSeries, figure: FigureName, axis: Axis): readonly Mark[] {
  const { curves: words } = useWords();
  return useMemo(() => {
    const best = bestOf(together, figure);
    const last = together.at(-1);
    const places = [
      { at: best, text: words.bestShort },
      { at: last === best ? undefined : last, text: words.lastShort },
    ];
    return places.flatMap(({ at, text }) =>
      at === undefined
        ? []
        : [{ x: axis === 'round' ? at.roundNo : at.atMs / 1000, y: at.figures[figure], text }],
    );
  }, [together, figure, axis, words]);
}

interface BestAndLastProps {
  readonly series: FigureSeries;
  readonly figure: FigureName;
  readonly format: (value: number) => string;
}

function BestAndLast({ series: { together }, figure, format }: BestAndLastProps) {
  const { curves: words } = useWords();
  const best = bestOf(together, figure);
  const last = together.at(-1);
  return (
    <Group gap="lg" mb="xs">
      {best === undefined ? null : (
        <Text size="sm">{words.best(format(best.figures[figure]), best.roundNo)}</Text>
      )}
      {last === undefined ? null : (
        <Text size="sm" c="dimmed">
          {words.last(format(last.figures[figure]), last.roundNo)}
        </Text>
      )}
    </Group>
  );
}
