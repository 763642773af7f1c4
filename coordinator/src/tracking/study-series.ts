/** The numbers of a study as series, in the names of the field's trackers: what TensorBoard, MLflow and the command show alike. */
import {
  figureSeries,
  type AttemptView,
  type FigureName,
  type Measured,
  type ParticipantView,
  type Reported,
  type RoundView,
} from '@consilium/shared/answers';
import { decodeFloat } from '@consilium/shared/encoding';

export interface Point {
  /** Of a figure the adapter checkpoint, 0 before the first round; of an effort the round. */
  readonly step: number;
  /** Milliseconds since 1970. */
  readonly atMs: number;
  readonly value: number;
}

export interface Series {
  /** `all-sites`, or `sites/` and the name of one: trackers lay runs of equal tags over each other. */
  readonly run: string;
  /** Such as `val/balanced_accuracy` or `round/bytes`. */
  readonly tag: string;
  /** Ascending in step. */
  readonly points: readonly Point[];
}

export const TOGETHER = 'all-sites';

const TAGS: Readonly<Record<FigureName, string>> = {
  balancedAccuracy: 'balanced_accuracy',
  accuracy: 'accuracy',
  loss: 'loss',
};

/** Only sites that show figures of their own have series of figures. @param reported signed evaluations of both splits */
export function studySeries(
  rounds: readonly RoundView[],
  reported: readonly Reported[],
): readonly Series[] {
  const figures = [
    ...figuresOf('val', rounds, reported),
    ...figuresOf('test', rounds.map(withoutFigures), reported.filter(isTest).map(asReported)),
  ];
  const times = new Map(
    figures.flatMap(({ points }) => points.map(({ step, atMs }) => [step, atMs] as const)),
  );
  return [...figures, ...aurocsOf(rounds, reported, times), ...effortsOf(rounds)];
}

/** What an operator would ask first, one row a checkpoint. */
export function togetherByStep(
  series: readonly Series[],
): readonly Readonly<Record<string, number>>[] {
  const rows = new Map<number, Record<string, number>>();
  for (const { run, tag, points } of series) {
    for (const { step, value } of run === TOGETHER ? points : []) {
      rows.set(step, { round: step, ...rows.get(step), [tag]: Number(value.toPrecision(6)) });
    }
  }
  return [...rows].toSorted(([a], [b]) => a - b).map(([, row]) => row);
}

function figuresOf(
  split: 'val' | 'test',
  rounds: readonly RoundView[],
  reported: readonly Reported[],
): Series[] {
  const { together, sites } = figureSeries(rounds, reported);
  return [
    ...ofRun(split, TOGETHER, together),
    ...sites.flatMap(({ siteId, measured }) => ofRun(split, runOf(siteId), measured)),
  ];
}

function ofRun(split: string, run: string, measured: readonly Measured[]): Series[] {
  return Object.entries(TAGS).flatMap(([figure, name]) =>
    measured.length === 0
      ? []
      : [
          {
            run,
            tag: `${split}/${name}`,
            points: measured.map(({ roundNo, atMs, figures }) => ({
              step: roundNo,
              atMs,
              value: figures[figure as FigureName],
            })),
          },
        ],
  );
}

function isTest({ body }: Reported): boolean {
  return body.split === 'test';
}

/** `figureSeries` joins what was measured on one split. */
function asReported({ body }: Reported): Reported {
  return { body: { ...body, split: 'val' } };
}

/** What sites measured within attempts is of their validation pictures; only the times are left. */
function withoutFigures(round: RoundView): RoundView {
  return {
    ...round,
    attempts: round.attempts.map((attempt) => ({
      ...attempt,
      participants: [],
      figures: undefined,
    })),
  };
}

/** Areas under the curve are of one site each: unlike counts they do not add up. Where a class is missing there is none. */
function aurocsOf(
  rounds: readonly RoundView[],
  reported: readonly Reported[],
  times: ReadonlyMap<number, number>,
): Series[] {
  // What was reported by itself takes the place of what stood in an attempt.
  const areas = new Map<string, Map<number, Point>>();
  for (const { siteId, split, roundNo: step, metrics } of [
    ...rounds.flatMap(measuredIn),
    ...reported.map(({ body }) => body),
  ]) {
    if (metrics.auroc !== 'undefined') {
      const key = `${runOf(siteId)} ${split}/auroc`;
      const point = { step, atMs: times.get(step) ?? 0, value: decodeFloat(metrics.auroc) };
      areas.set(key, (areas.get(key) ?? new Map<number, Point>()).set(step, point));
    }
  }
  return [...areas].map(([key, points]) => {
    const [run = '', tag = ''] = key.split(' ');
    return { run, tag, points: [...points.values()].toSorted((a, b) => a.step - b.step) };
  });
}

/** Of the checkpoint that the round begins from; the attempt is the one that `figureSeries` takes. */
function measuredIn({ roundNo, attempts }: RoundView): readonly Reported['body'][] {
  const made = attempts.find(({ phase }) => phase === 'committed') ?? attempts.at(-1);
  return (made?.participants ?? []).flatMap(({ siteId, evaluation }) =>
    evaluation === undefined
      ? []
      : [{ siteId, split: 'val', roundNo: roundNo - 1, metrics: evaluation.before }],
  );
}

interface Effort {
  readonly run: string;
  readonly tag: string;
  readonly value: number;
}

/** What each committed round took. */
function effortsOf(rounds: readonly RoundView[]): Series[] {
  const series = new Map<string, Series & { readonly points: Point[] }>();
  for (const { roundNo, attempts } of rounds) {
    const made = attempts.find(({ phase }) => phase === 'committed');
    for (const { run, tag, value } of made === undefined ? [] : effortOf(attempts, made)) {
      const key = `${run} ${tag}`;
      const found = series.get(key) ?? { run, tag, points: [] };
      found.points.push({ step: roundNo, atMs: made?.endedAtMs ?? 0, value });
      series.set(key, found);
    }
  }
  return [...series.values()];
}

function effortOf(attempts: readonly AttemptView[], made: AttemptView): Effort[] {
  const survivors = made.participants.filter(({ state }) => state === 'survivor');
  const begunMs = attempts[0]?.openedAtMs ?? made.openedAtMs;
  const all: Readonly<Record<string, number>> = {
    'round/seconds': ((made.endedAtMs ?? begunMs) - begunMs) / 1000,
    'round/attempts': attempts.length,
    'round/sites': survivors.length,
    'round/bytes': survivors.reduce((sum, { bytes }) => sum + bytes, 0),
  };
  return [
    ...Object.entries(all).map(([tag, value]) => ({ run: TOGETHER, tag, value })),
    ...survivors.flatMap(effortOfSite),
  ];
}

function effortOfSite({ siteId, bytes, trainMs, weight }: ParticipantView): Effort[] {
  const own = {
    'round/bytes': bytes,
    'round/train_seconds': trainMs / 1000,
    'round/pictures': weight,
  };
  return Object.entries(own).map(([tag, value]) => ({ run: runOf(siteId), tag, value }));
}

function runOf(siteId: string): string {
  return `sites/${siteId}`;
}
