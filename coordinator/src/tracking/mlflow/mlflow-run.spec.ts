import { ConsiliumError } from '@consilium/shared/vocabulary';
import type { Series } from '../study-series.js';
import { StandInMlflow } from '../testing/stand-in-mlflow.js';
import { MlflowApi } from './mlflow-api.js';
import { MlflowRun, type TrackedStudy } from './mlflow-run.js';

const STUDY: TrackedStudy = {
  studyId: 'smears',
  protocolHash: `sha256:${'b'.repeat(64)}`,
  startedAtMs: 1_764_201_600_000,
  params: { rounds: '3', title: 'Blood smears' },
};

function series(rounds: number, tags: readonly string[] = ['val/loss', 'val/accuracy']): Series[] {
  return ['all-sites', 'sites/northgate'].flatMap((run) =>
    tags.map((tag) => ({
      run,
      tag,
      points: Array.from({ length: rounds }, (_, step) => ({
        ...{ step, atMs: 1_764_201_600_000 + step, value: step / 2 },
      })),
    })),
  );
}

describe('a study as a run of MLflow', () => {
  let mlflow: StandInMlflow;
  let pauses: number[];

  beforeEach(async () => {
    mlflow = await StandInMlflow.start();
    pauses = [];
  });

  afterEach(() => mlflow.close());

  function open(url = mlflow.url): Promise<MlflowRun> {
    const pause = (ms: number) => {
      pauses.push(ms);
      return Promise.resolve();
    };
    return MlflowRun.open({ api: new MlflowApi({ url }), experiment: 'consilium', pause }, STUDY);
  }

  const expectEachOnce = (points: number) => {
    expect(mlflow.runs).toHaveLength(1);
    expect([...mlflow.writes().values()]).toEqual(Array.from({ length: points }, () => 1));
  };

  it('makes experiment and run once, and goes on with them from another process', async () => {
    const first = await open();
    expect(await first.send(series(2))).toBe(8);
    expect(await first.send(series(2))).toBe(0);
    const second = await open();
    expect(second.runId).toBe(first.runId);
    expect(await second.send(series(3))).toBe(4);
    expectEachOnce(12);
    expect([...mlflow.experiments.keys()]).toEqual(['consilium']);
    expect(mlflow.runs[0]?.metrics).toContainEqual({
      key: 'sites/northgate/val/loss',
      value: 1,
      timestamp: 1_764_201_600_002,
      step: 2,
    });
    expect([...(mlflow.runs[0]?.params ?? [])]).toEqual([
      ['rounds', '3'],
      ['title', 'Blood smears'],
    ]);
  });

  it('takes a measurement that comes after later ones', async () => {
    const run = await open();
    const [early, ...rest] = series(4);
    const without = { ...early, points: early?.points.filter(({ step }) => step !== 1) ?? [] };
    await run.send([without as Series, ...rest]);
    expect(await (await open()).send(series(4))).toBe(1);
    expectEachOnce(16);
  });

  it.each([
    ['nothing was written', 'nothing', 500],
    ['a part was written', 3, 503],
    ['everything was written', 'all', 500],
    ['everything was written, and the answer lost', 'all', 'none'],
    ['the server is overrun', 'nothing', 429],
  ] as const)('sends nothing twice when a batch fails and %s', async (_, done, answer) => {
    const run = await open();
    mlflow.fail({ path: 'runs/log-batch', done, answer });
    await run.send(series(2));
    expectEachOnce(8);
    expect(pauses).toEqual([1000]);
  });

  it('makes no second run or experiment when the answer to the first is lost', async () => {
    mlflow.fail(
      { path: 'experiments/create', done: 'all', answer: 'none' },
      { path: 'runs/create', done: 'all', answer: 500 },
    );
    await (await open()).send(series(1));
    expectEachOnce(4);
    expect(mlflow.experiments.size).toBe(1);
  });

  it('keeps within the limits of a request', async () => {
    const tags = Array.from({ length: 30 }, (_, i) => `val/figure_${i}`);
    await (await open()).send(series(40, tags));
    const sizes = mlflow.requests
      .filter(({ path }) => path === 'runs/log-batch')
      .map(({ body }) => (body['metrics'] as readonly object[]).length);
    expect(sizes).toEqual([0, 500, 500, 500, 500, 400]);
    expectEachOnce(2400);
  });

  it('leaves out what JSON cannot say', async () => {
    const points = [{ step: 1, atMs: 1, value: Number.NaN }];
    expect(await (await open()).send([{ run: 'all-sites', tag: 'val/loss', points }])).toBe(0);
  });

  it('ends the run as the study ended, once', async () => {
    const run = await open();
    await run.end('FINISHED', 5);
    await (await open()).end('FINISHED', 6);
    expect(mlflow.runs[0]).toMatchObject({ status: 'FINISHED', endTime: 5 });
  });

  it('gives up after five tries, with longer and longer pauses', async () => {
    const run = await open();
    const fault = { path: 'runs/log-batch', done: 'nothing', answer: 500 } as const;
    mlflow.fail(fault, { ...fault }, { ...fault }, { ...fault }, { ...fault });
    await expect(run.send(series(1))).rejects.toMatchObject({ code: 'tracker-unreachable' });
    expect(pauses).toEqual([1000, 2000, 4000, 8000]);
  });

  it('says what stands in the way where another try is of no use', async () => {
    await open();
    mlflow.experiments.set('consilium', { id: '1', stage: 'deleted' });
    await expect(open()).rejects.toThrow('the experiment consilium is deleted');
    await expect(open(`${mlflow.url}/elsewhere`)).rejects.toThrow(ConsiliumError);
    expect(() => new MlflowApi({ url: 'https://ada:secret@mlflow.example.org' })).toThrow(
      'without a password',
    );
    expect(pauses).toEqual([]);
  });
});
