/**
 * Stands in for a tracking server of MLflow: keeps experiments and runs as its REST API has them, records every request, enforces
 * the limits of a batch, and fails as it is told to, also after it has written a part.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface RecordedRequest {
  readonly method: string;
  /** After `/api/2.0/mlflow/`. */
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: Readonly<Record<string, unknown>>;
}

interface StoredMetric {
  readonly key: string;
  readonly value: number;
  readonly timestamp: number;
  readonly step: number;
}

interface Pair {
  readonly key: string;
  readonly value: string;
}

interface StoredRun {
  readonly id: string;
  readonly experimentId: string;
  readonly name: string;
  readonly tags: readonly Pair[];
  readonly metrics: StoredMetric[];
  readonly params: Map<string, string>;
  status: string;
  endTime?: number;
}

/** What becomes of the next request to a path: how much of it is done, and what is answered. */
export interface Fault {
  readonly path: string;
  /** Of the metrics of a batch so many are written; of another request all is done or nothing. */
  readonly done: number | 'all' | 'nothing';
  readonly answer: 429 | 500 | 503 | 'none';
}

type Reply = readonly [status: number, body: object];

const PREFIX = '/api/2.0/mlflow/';
const PAGE = 2;

export class StandInMlflow {
  readonly requests: RecordedRequest[] = [];
  readonly experiments = new Map<string, { readonly id: string; stage: 'active' | 'deleted' }>();
  readonly runs: StoredRun[] = [];
  private faults: readonly Fault[] = [];

  private constructor(private readonly server: Server) {}

  static async start(): Promise<StandInMlflow> {
    const server = createServer((request, response) => {
      void mlflow.answer(request, response);
    });
    const mlflow = new StandInMlflow(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return mlflow;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  fail(...faults: readonly Fault[]): void {
    this.faults = [...this.faults, ...faults];
  }

  /** How often each metric of the first run was written at a step; 1 everywhere is what is wanted. */
  writes(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const { key, step } of this.runs.flatMap(({ metrics }) => metrics)) {
      const name = `${key}@${step}`;
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    return counts;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', this.url);
    const path = url.pathname.replace(PREFIX, '');
    const text = (await request.toArray()).map(String).join('');
    const body = (text === '' ? Object.fromEntries(url.searchParams) : JSON.parse(text)) as Record<
      string,
      unknown
    >;
    const { method = '' } = request;
    const { authorization } = request.headers;
    this.requests.push({ method, path, authorization, body });
    const fault = this.faults.find((one) => one.path === path);
    this.faults = this.faults.filter((one) => one !== fault);
    const reply = this.doing(path, body, fault?.done ?? 'all');
    if (fault?.answer === 'none') {
      request.socket.destroy();
      return;
    }
    const [status, answer] =
      fault === undefined ? reply : [fault.answer, problem('INTERNAL_ERROR')];
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer));
  }

  private doing(path: string, body: Record<string, unknown>, done: Fault['done']): Reply {
    if (done === 'nothing') {
      return [200, {}];
    }
    switch (path) {
      case 'experiments/get-by-name':
        return this.experimentNamed(body['experiment_name'] as string);
      case 'experiments/create':
        return this.createExperiment(body['name'] as string);
      case 'runs/search':
        return [200, this.found(body['filter'] as string)];
      case 'runs/create':
        return this.createRun(body);
      case 'runs/log-batch':
        return this.log(body, done === 'all' ? Number.POSITIVE_INFINITY : done);
      case 'runs/update':
        return this.update(body);
      case 'metrics/get-history':
        return this.history(body);
      default:
        return [404, problem('ENDPOINT_NOT_FOUND')];
    }
  }

  private experimentNamed(name: string): Reply {
    const found = this.experiments.get(name);
    return found === undefined
      ? [404, problem('RESOURCE_DOES_NOT_EXIST')]
      : [200, { experiment: { experiment_id: found.id, name, lifecycle_stage: found.stage } }];
  }

  private createExperiment(name: string): Reply {
    if (this.experiments.has(name)) {
      return [400, problem('RESOURCE_ALREADY_EXISTS')];
    }
    const id = String(this.experiments.size + 1);
    this.experiments.set(name, { id, stage: 'active' });
    return [200, { experiment_id: id }];
  }

  private createRun(body: Record<string, unknown>): Reply {
    const run: StoredRun = {
      id: `run${this.runs.length + 1}`,
      experimentId: body['experiment_id'] as string,
      name: body['run_name'] as string,
      tags: body['tags'] as Pair[],
      metrics: [],
      params: new Map(),
      status: 'RUNNING',
    };
    this.runs.push(run);
    return [200, { run: { info: { run_id: run.id, status: run.status } } }];
  }

  /** An empty list is left out, as protobuf does. */
  private found(filter: string): object {
    const wanted = [...filter.matchAll(/tags\.`([^`]+)` = '([^']*)'/g)];
    const found = this.runs.find(({ tags }) =>
      wanted.every(([, key, value]) => tags.some((tag) => tag.key === key && tag.value === value)),
    );
    return found === undefined ? {} : { runs: [viewOf(found)] };
  }

  private log(body: Record<string, unknown>, atMost: number): Reply {
    const run = this.runs.find(({ id }) => id === body['run_id']);
    const metrics = (body['metrics'] ?? []) as StoredMetric[];
    const params = (body['params'] ?? []) as Pair[];
    if (run === undefined) {
      return [404, problem('RESOURCE_DOES_NOT_EXIST')];
    }
    const isTooMuch = metrics.length > 1000 || params.length > 100;
    const isChanged = params.some(({ key, value }) => (run.params.get(key) ?? value) !== value);
    if (isTooMuch || isChanged || JSON.stringify(body).length > 1_000_000) {
      return [400, problem('INVALID_PARAMETER_VALUE')];
    }
    run.metrics.push(...metrics.slice(0, atMost));
    params.forEach(({ key, value }) => run.params.set(key, value));
    return [200, {}];
  }

  private update(body: Record<string, unknown>): Reply {
    const run = this.runs.find(({ id }) => id === body['run_id']);
    if (run === undefined) {
      return [404, problem('RESOURCE_DOES_NOT_EXIST')];
    }
    run.status = body['status'] as string;
    run.endTime = body['end_time'] as number;
    return [200, { run_info: { run_id: run.id, status: run.status } }];
  }

  /** In small pages, and step 0 left out, as a server may do. */
  private history(query: Record<string, unknown>): Reply {
    const all = this.runs.find(({ id }) => id === query['run_id'])?.metrics ?? [];
    const ofKey = all.filter(({ key }) => key === query['metric_key']);
    const start = Number(query['page_token'] ?? 0);
    const metrics = ofKey
      .slice(start, start + PAGE)
      .map(({ step, ...rest }) => (step === 0 ? rest : { ...rest, step: String(step) }));
    const isMore = start + PAGE < ofKey.length;
    return [200, { metrics, ...(isMore ? { next_page_token: String(start + PAGE) } : {}) }];
  }
}

function viewOf({ id, status, metrics, params }: StoredRun): object {
  const latest = new Map(metrics.map((metric) => [metric.key, metric]));
  const pairs = [...params].map(([key, value]) => ({ key, value }));
  return {
    info: { run_id: id, status },
    data: { metrics: [...latest.values()], params: pairs },
  };
}

function problem(code: string): object {
  return { error_code: code, message: `the stand-in says ${code}` };
}
