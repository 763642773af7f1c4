/** The demo's outcome as one object (`--json`) and as the table that a person reads. */
import type { Baselines, Scores } from './baselines.js';
import { type Attempt, type Evidence, type Scored, toScored } from './bundle-reading.js';
import type { EventBoard } from './event-board.js';
import type { JsonEvent } from './program.js';

export interface DemoResult {
  readonly study: string;
  readonly sites: readonly { site: string; images: number; used: number; skipped: number }[];
  readonly rounds: readonly RoundLine[];
  /** Without the comparison only what the study itself measured. */
  readonly evaluation: Partial<Baselines> & { readonly federated: Scores };
  readonly adapter: {
    readonly file: string;
    readonly sha256: string;
    /** Values that were trained. */
    readonly parameters: number;
  };
  readonly bundle: string;
  readonly log: { readonly size: number; readonly root: string };
  readonly verified: boolean;
}

export interface RoundLine {
  readonly round: number;
  readonly attempt: number;
  readonly state: 'committed' | 'aborted';
  readonly survivors: readonly string[];
  /** Of the survivors, on what the round came to; where they vote. */
  readonly verdicts?: { readonly accepted: number; readonly refused: number };
  readonly wallMs: number;
  /** The slowest site's training. */
  readonly trainMs: number;
  readonly overheadMs: number;
  readonly bytesUp: number;
  readonly bytesDown: number;
  /** Of the adapter checkpoint that the round made, on each site's validation split, or on all of them where only a sum is known. */
  readonly metrics: Record<string, Scored>;
}

/** In place of a site's name: no space in one. */
const ALL_SITES = 'all sites';

export function toRoundLines(evidence: Evidence, board: EventBoard): RoundLine[] {
  return evidence.attempts.map((attempt) => {
    const { roundNo, attemptNo } = attempt.manifest;
    const trainMs = Math.max(0, ...attempt.headers.map((header) => header.trainMs));
    const traffic = trafficOf(attempt, board);
    return {
      round: roundNo,
      attempt: attemptNo,
      state: attempt.record === undefined ? 'aborted' : 'committed',
      survivors: attempt.record?.survivors ?? [],
      ...(attempt.verdicts && { verdicts: attempt.verdicts }),
      wallMs: attempt.wallMs,
      trainMs,
      overheadMs: attempt.wallMs - trainMs,
      ...traffic,
      metrics: metricsAfter(attempt, evidence),
    };
  });
}

/** Balanced accuracy of the final adapter on each site's test split, as the sites signed it. */
export function federatedScores(evidence: Evidence): Scores {
  return Object.fromEntries(
    evidence.evaluations
      .filter(({ split }) => split === 'test')
      .map(({ siteId, metrics }) => [siteId, toScored(metrics).balancedAccuracy]),
  );
}

/** A round's checkpoint is measured at the start of the next round's training; the last one in the final evaluation. */
function metricsAfter(attempt: Attempt, evidence: Evidence): Record<string, Scored> {
  const next = evidence.attempts.findLast(
    ({ manifest, record }) =>
      manifest.roundNo === attempt.manifest.roundNo + 1 && record !== undefined,
  );
  if (attempt.record === undefined) {
    return {};
  }
  if (next?.pooled !== undefined) {
    return { [ALL_SITES]: next.pooled.before };
  }
  if (next !== undefined) {
    return Object.fromEntries(
      next.headers.flatMap(({ siteId, evaluation }) =>
        evaluation === undefined ? [] : [[siteId, toScored(evaluation.before)]],
      ),
    );
  }
  return Object.fromEntries(
    evidence.evaluations
      .filter(({ split }) => split === 'val')
      .map(({ siteId, metrics }) => [siteId, toScored(metrics)]),
  );
}

/** Bytes of all sites' frames, as the agents counted them. */
function trafficOf(attempt: Attempt, board: EventBoard) {
  const { cohort, roundNo, attemptId } = attempt.manifest;
  const belongs = (event: JsonEvent) =>
    event['attempt'] === undefined ? event['round'] === roundNo : event['attempt'] === attemptId;
  const total = (key: 'bytesUp' | 'bytesDown') =>
    cohort.reduce((sum, site) => sum + growth(board.of(site), key, belongs), 0);
  return { bytesUp: total('bytesUp'), bytesDown: total('bytesDown') };
}

/** An agent counts from its start; what a count grew by belongs to the event that shows it. A restarted agent begins at zero. */
function growth(
  events: readonly JsonEvent[],
  key: string,
  belongs: (event: JsonEvent) => boolean,
): number {
  let previous = 0;
  let sum = 0;
  for (const event of events) {
    const count = event[key];
    if (typeof count === 'number') {
      sum += belongs(event) ? count - (count < previous ? 0 : previous) : 0;
      previous = count;
    }
  }
  return sum;
}

/** One row a trained adapter, one column a site's test split, the mean at the right. */
export function scoreTable(result: DemoResult): string {
  const sites = result.sites.map(({ site }) => site);
  const { local, federated, pooled, majority } = result.evaluation;
  const rows = [
    row('majority class', majority),
    ...sites.map((site) => row(`${site} alone`, local?.[site])),
    row('federated', federated),
    row('pooled (upper line)', pooled),
  ].flat();
  const width = Math.max(...rows.map(([name]) => name.length));
  const columns = [...sites, 'mean'];
  const line = (name: string, cells: readonly string[]) =>
    [name.padEnd(width), ...cells.map((cell, i) => cell.padStart(columnWidth(columns[i])))].join(
      '  ',
    );
  return [
    'Balanced accuracy on the test split of',
    line('adapter', columns),
    ...rows.map(([name, scores]) => {
      const values = sites.map((site) => scores[site] ?? 0);
      return line(
        name,
        [...values, meanOf(values)].map((value) => value.toFixed(3)),
      );
    }),
  ].join('\n');
}

/** Nothing for a line that was not measured. */
function row(name: string, scores: Scores | undefined): [string, Scores][] {
  return scores === undefined ? [] : [[name, scores]];
}

export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function columnWidth(name = ''): number {
  return Math.max(name.length, 5);
}
