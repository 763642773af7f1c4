/** The few calls of the MLflow tracking server that are used, over its REST API 2.0 (mlflow.org/docs/latest/api_reference/rest-api.html). */
import { ConsiliumError } from '@consilium/shared/vocabulary';
import { z } from 'zod';

const BASE = 'api/2.0/mlflow/';
const TIMEOUT_MS = 30_000;
const TOO_MANY_REQUESTS = 429;

export interface MlflowAccess {
  /** Of the server, with the path that it is served under if there is one. */
  readonly url: string;
  /** Value of the Authorization header. */
  readonly authorization?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Int64 is a number or, as protobuf writes it in JSON, a text. */
const whole = z.union([
  z.int(),
  z
    .string()
    .regex(/^-?\d+$/)
    .transform(Number),
]);
const pair = z.object({ key: z.string(), value: z.string() });

/** Fields that hold their default may be absent. */
const metricSchema = z.object({ key: z.string(), step: whole.default(0) });

const runSchema = z.object({
  info: z.object({ run_id: z.string(), status: z.string().default('RUNNING') }),
  data: z
    .object({
      metrics: z.array(metricSchema).default([]),
      params: z.array(pair).default([]),
    })
    .prefault({}),
});
export type FoundRun = z.infer<typeof runSchema>;

const experimentSchema = z.object({
  experiment: z.object({
    experiment_id: z.string(),
    lifecycle_stage: z.string().default('active'),
  }),
});
const createdSchema = z.object({ experiment_id: z.string() });
const runsSchema = z.object({ runs: z.array(runSchema).default([]) });
const historySchema = z.object({
  metrics: z.array(metricSchema).default([]),
  next_page_token: z.string().default(''),
});
const problemSchema = z.object({ error_code: z.string(), message: z.string().default('') });

export interface Metric {
  readonly key: string;
  readonly value: number;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly step: number;
}

interface Tag {
  readonly key: string;
  readonly value: string;
}

export interface NewRun {
  readonly experimentId: string;
  readonly name: string;
  readonly startTime: number;
  readonly tags: readonly Tag[];
}

/** Every call throws ConsiliumError 'tracker-unreachable' where another try may help, else the code of the refusal. */
export class MlflowApi {
  private readonly base: URL;

  /** @throws ConsiliumError 'bad-request' when the address is none, or holds a password. */
  constructor(private readonly access: MlflowAccess) {
    const url = URL.canParse(access.url) ? new URL(access.url) : undefined;
    if (url === undefined || !/^https?:$/.test(url.protocol) || url.username !== '') {
      const message = '--mlflow: expected an address such as https://host:5000, without a password';
      throw new ConsiliumError('bad-request', message);
    }
    this.base = new URL(`${url.origin}${url.pathname.replace(/\/*$/, '/')}`);
  }

  /** Where people see a run. */
  pageOf(experimentId: string, runId: string): string {
    return `${this.base.href}#/experiments/${experimentId}/runs/${runId}`;
  }

  /** @returns undefined where there is none of the name. @throws ConsiliumError 'conflict' when it is in the bin */
  async findExperiment(name: string): Promise<string | undefined> {
    const path = `experiments/get-by-name?${new URLSearchParams({ experiment_name: name }).toString()}`;
    const answer = await this.call('GET', path, undefined, ['RESOURCE_DOES_NOT_EXIST']);
    if (answer === undefined) {
      return undefined;
    }
    const { experiment } = this.parsed(experimentSchema, answer);
    if (experiment.lifecycle_stage === 'deleted') {
      const message = `the experiment ${name} is deleted: restore it, or name another with --experiment`;
      throw new ConsiliumError('conflict', message);
    }
    return experiment.experiment_id;
  }

  /** @returns undefined where another process was quicker */
  async createExperiment(name: string): Promise<string | undefined> {
    const expected = ['RESOURCE_ALREADY_EXISTS'];
    const answer = await this.call('POST', 'experiments/create', { name }, expected);
    return answer === undefined ? undefined : this.parsed(createdSchema, answer).experiment_id;
  }

  /** The oldest run with these tags. */
  async findRun(experimentId: string, tags: readonly Tag[]): Promise<FoundRun | undefined> {
    const filter = tags.map(({ key, value }) => `tags.\`${key}\` = '${value}'`).join(' AND ');
    const answer = await this.call('POST', 'runs/search', {
      ...{ experiment_ids: [experimentId], filter, run_view_type: 'ACTIVE_ONLY' },
      ...{ max_results: 1, order_by: ['attributes.start_time ASC'] },
    });
    return this.parsed(runsSchema, answer).runs[0];
  }

  async createRun({ experimentId, name, startTime, tags }: NewRun): Promise<FoundRun> {
    const answer = await this.call('POST', 'runs/create', {
      ...{ experiment_id: experimentId, run_name: name, start_time: startTime, tags },
    });
    return this.parsed(z.object({ run: runSchema }), answer).run;
  }

  /** The steps that a metric of a run has. */
  async steps(runId: string, key: string): Promise<ReadonlySet<number>> {
    const steps = new Set<number>();
    for (let token: string | undefined; token !== '';) {
      const query = new URLSearchParams({ run_id: runId, metric_key: key });
      if (token !== undefined) {
        query.set('page_token', token);
      }
      const path = `metrics/get-history?${query.toString()}`;
      const answer = await this.call('GET', path, undefined, ['RESOURCE_DOES_NOT_EXIST']);
      const page = this.parsed(historySchema, answer ?? {});
      page.metrics.forEach(({ step }) => steps.add(step));
      token = page.next_page_token;
    }
    return steps;
  }

  async logBatch(runId: string, metrics: readonly Metric[], params: readonly Tag[]): Promise<void> {
    await this.call('POST', 'runs/log-batch', { run_id: runId, metrics, params });
  }

  async endRun(runId: string, status: 'FINISHED' | 'FAILED', endTime: number): Promise<void> {
    await this.call('POST', 'runs/update', { run_id: runId, status, end_time: endTime });
  }

  /** @param expected error codes that are an answer. @returns undefined for one of them */
  private async call(
    method: 'GET' | 'POST',
    path: string,
    body?: object,
    expected: readonly string[] = [],
  ): Promise<unknown> {
    const response = await this.send(method, path, body);
    const answer: unknown = await response.json().catch(() => undefined);
    if (response.ok && answer !== undefined) {
      return answer;
    }
    const problem = problemSchema.safeParse(answer);
    if (problem.success && expected.includes(problem.data.error_code)) {
      return undefined;
    }
    throw this.refusal(response.status, problem.data);
  }

  private async send(method: string, path: string, body?: object): Promise<Response> {
    const { authorization, signal } = this.access;
    const timeout = AbortSignal.timeout(TIMEOUT_MS);
    try {
      // A redirect would carry the token to another address.
      return await fetch(new URL(BASE + path, this.base), {
        method,
        redirect: 'error',
        headers: {
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(authorization === undefined ? {} : { authorization }),
        },
        body: body === undefined ? null : JSON.stringify(body),
        signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      });
    } catch (cause) {
      throw this.unreachable('does not answer', cause);
    }
  }

  private refusal(status: number, problem?: z.infer<typeof problemSchema>): ConsiliumError {
    if (status === 401 || status === 403) {
      const code = status === 401 ? 'unauthenticated' : 'not-permitted';
      return new ConsiliumError(code, `${this.base.href} refuses the token of --mlflow-token-file`);
    }
    if (problem === undefined || status >= 500 || status === TOO_MANY_REQUESTS) {
      const name = problem === undefined ? '' : ` (${problem.error_code})`;
      return this.unreachable(`answers ${status}${name}`);
    }
    const { error_code, message } = problem;
    return new ConsiliumError('bad-request', `${this.base.href}: ${error_code}: ${message}`);
  }

  private parsed<S extends z.ZodType>(schema: S, answer: unknown): z.output<S> {
    const result = schema.safeParse(answer);
    if (!result.success) {
      throw this.unreachable('answers in another form than MLflow');
    }
    return result.data;
  }

  private unreachable(what: string, cause?: unknown): ConsiliumError {
    return new ConsiliumError('tracker-unreachable', `${this.base.href} ${what}`, { cause });
  }
}
