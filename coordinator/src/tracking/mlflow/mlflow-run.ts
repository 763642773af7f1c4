/**
 * One study as one run of MLflow. Metrics of MLflow append, also what a request wrote before it failed, so nothing is sent that the
 * run holds already: the run itself is the cursor, and whoever starts again, from wherever, goes on where the run stands.
 */
import { ConsiliumError, isConsiliumError } from '@consilium/shared/vocabulary';
import { TOGETHER, type Series } from '../study-series.js';
import type { FoundRun, Metric, MlflowApi } from './mlflow-api.js';

/** Of one request: 1,000 metrics, params and tags in all, and 1 MB (docs.databricks.com/api/experiments/v1/log-batch). */
const BATCH = 500;
const TRIES = 5;
const FIRST_PAUSE_MS = 1000;

export interface TrackedStudy {
  readonly studyId: string;
  readonly protocolHash: string;
  /** When its first attempt began, milliseconds since 1970. */
  readonly startedAtMs: number;
  /** Never change while the study lasts, as params of MLflow must not. */
  readonly params: Readonly<Record<string, string>>;
}

export interface Tracking {
  readonly api: MlflowApi;
  /** Name of the experiment. */
  readonly experiment: string;
  readonly pause: (ms: number) => Promise<void>;
}

export class MlflowRun {
  /** Steps by metric that the run is known to hold. */
  private readonly present = new Map<string, Set<number>>();

  private constructor(
    private readonly tracking: Tracking,
    readonly experimentId: string,
    private readonly found: FoundRun,
  ) {}

  /** The run of the study, made where there is none, together with its experiment. @throws as the calls of MlflowApi */
  static async open(tracking: Tracking, study: TrackedStudy): Promise<MlflowRun> {
    const experimentId = await again(tracking, () => experimentOf(tracking));
    const found = await again(tracking, () => runOf(tracking.api, experimentId, study));
    const run = new MlflowRun(tracking, experimentId, found);
    await again(tracking, () => run.refresh(found.data.metrics.map(({ key }) => key)));
    await run.logParams(study.params);
    return run;
  }

  get runId(): string {
    return this.found.info.run_id;
  }

  get page(): string {
    return this.tracking.api.pageOf(this.experimentId, this.runId);
  }

  /** Sends what the run does not hold yet. @returns how many points that were */
  async send(series: readonly Series[]): Promise<number> {
    const missing = this.missing(series.flatMap(metricsOf));
    for (let at = 0; at < missing.length; at += BATCH) {
      await this.sendBatch(missing.slice(at, at + BATCH));
    }
    return missing.length;
  }

  /** Does nothing when the run has ended so already. */
  async end(status: 'FINISHED' | 'FAILED', atMs: number): Promise<void> {
    if (this.found.info.status !== status) {
      await again(this.tracking, () => this.tracking.api.endRun(this.runId, status, atMs));
      this.found.info.status = status;
    }
  }

  /** After a failure part of the batch may be there: the run is asked before the rest is sent. */
  private async sendBatch(batch: readonly Metric[]): Promise<void> {
    await again(this.tracking, async (isRepeat) => {
      if (isRepeat) {
        await this.refresh(batch.map(({ key }) => key));
      }
      const rest = this.missing(batch);
      if (rest.length > 0) {
        await this.tracking.api.logBatch(this.runId, rest, []);
        rest.forEach(({ key, step }) => this.stepsOf(key).add(step));
      }
    });
  }

  /** A param that is there already with the same value is no fault. */
  private async logParams(params: TrackedStudy['params']): Promise<void> {
    const known = new Set(this.found.data.params.map(({ key }) => key));
    const missing = Object.entries(params).filter(([key]) => !known.has(key));
    if (missing.length > 0) {
      const pairs = missing.map(([key, value]) => ({ key, value }));
      await again(this.tracking, () => this.tracking.api.logBatch(this.runId, [], pairs));
    }
  }

  private async refresh(keys: readonly string[]): Promise<void> {
    for (const key of new Set(keys)) {
      this.present.set(key, new Set(await this.tracking.api.steps(this.runId, key)));
    }
  }

  private missing(metrics: readonly Metric[]): readonly Metric[] {
    return metrics.filter(({ key, step }) => !this.stepsOf(key).has(step));
  }

  private stepsOf(key: string): Set<number> {
    const steps = this.present.get(key) ?? new Set<number>();
    this.present.set(key, steps);
    return steps;
  }
}

/** Looks first, so that a try after a lost answer makes no second one. */
async function experimentOf({ api, experiment }: Tracking): Promise<string> {
  const found =
    (await api.findExperiment(experiment)) ??
    (await api.createExperiment(experiment)) ??
    (await api.findExperiment(experiment));
  if (found === undefined) {
    const message = `the experiment ${experiment} is neither there nor can it be made`;
    throw new ConsiliumError('tracker-unreachable', message);
  }
  return found;
}

async function runOf(api: MlflowApi, experimentId: string, study: TrackedStudy): Promise<FoundRun> {
  const { studyId: name, startedAtMs: startTime } = study;
  const tags = [
    { key: 'consilium.study', value: name },
    { key: 'consilium.protocol_hash', value: study.protocolHash },
  ];
  const found = await api.findRun(experimentId, tags);
  return found ?? api.createRun({ experimentId, name, startTime, tags });
}

/** JSON has no word for what is not finite. */
function metricsOf({ run, tag, points }: Series): Metric[] {
  const key = run === TOGETHER ? tag : `${run}/${tag}`;
  return points
    .filter(({ value }) => Number.isFinite(value))
    .map(({ step, atMs, value }) => ({ key, value, timestamp: atMs, step }));
}

/** Tries again, after longer and longer pauses, what failed in a way that may pass. */
async function again<T>({ pause }: Tracking, work: (isRepeat: boolean) => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work(tries > 1);
    } catch (error) {
      if (tries === TRIES || !isConsiliumError(error, 'tracker-unreachable')) {
        throw error;
      }
      await pause(FIRST_PAUSE_MS * 2 ** (tries - 1));
    }
  }
}
