import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StandInMlflow } from '../tracking/testing/stand-in-mlflow.js';
import { run } from './run.js';
import { StandInCoordinator } from './testing/stand-in-coordinator.js';

describe('consilium study track', () => {
  let folder: string;
  let coordinator: StandInCoordinator;
  let mlflow: StandInMlflow;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'consilium-spec-'));
    coordinator = await StandInCoordinator.start();
    mlflow = await StandInMlflow.start();
    writeFileSync(join(folder, 'operator.token'), 'secret-of-the-operator\n');
    writeFileSync(join(folder, 'mlflow.token'), 'secret-of-mlflow\n');
  });

  afterEach(async () => {
    await coordinator.close();
    await mlflow.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function track(args: readonly string[], onPrint: (text: string) => void = () => undefined) {
    let [out, err] = ['', ''];
    const access = ['--url', coordinator.url, '--token-file', join(folder, 'operator.token')];
    const print = (text: string) => {
      out += text;
      onPrint(text);
    };
    const code = await run(
      ['study', 'track', 'smears', '--mlflow', mlflow.url, ...args, ...access],
      {
        print,
        say: (text) => (err += text),
      },
    );
    return { code, out, err };
  }

  it('sends what there is, and only what is new the next time', async () => {
    coordinator.commitRounds(1);
    const first = await track([]);
    expect([first.code, first.err]).toEqual([0, '']);
    expect(first.out).toBe(
      `smears (running): 19 points sent to run run1\n${mlflow.url}/#/experiments/1/runs/run1\n`,
    );
    coordinator.commitRounds(3, 'completed');
    coordinator.report('northgate', 'test', 3);
    const second = await track(['--json']);
    expect(JSON.parse(second.out)).toMatchObject({
      status: 'ok',
      data: { studyId: 'smears', phase: 'completed', experimentId: '1', runId: 'run1', sent: 41 },
    });
    // What all sites come to together waits for the last of them.
    expect(mlflow.writes().has('test/loss@3')).toBe(false);
    coordinator.report('southside', 'test', 3);
    expect((await track([])).out).toContain('6 points sent');
    expect(mlflow.writes().has('test/loss@3')).toBe(true);
    expect(new Set(mlflow.writes().values())).toEqual(new Set([1]));
    expect(mlflow.runs[0]).toMatchObject({
      name: 'smears',
      status: 'FINISHED',
      endTime: coordinator.endedAtMs(3),
    });
    expect(mlflow.runs[0]?.params.get('aggregation')).toBe('plain');
  });

  it('follows a study to its end, and takes what sites measure after it', async () => {
    coordinator.commitRounds(1);
    const lines: { readonly terminal: boolean; readonly data: { readonly sent: number } }[] = [];
    const { code } = await track(['--follow', '--jsonl', '--every', '0.05'], (text) => {
      lines.push(JSON.parse(text) as (typeof lines)[number]);
      if (lines.length === 1) {
        coordinator.commitRounds(2, 'completed');
      } else if (lines.length === 2) {
        coordinator.report('southside', 'val', 2);
      }
    });
    expect(code).toBe(0);
    expect(lines.map(({ terminal, data }) => [terminal, data.sent])).toEqual([
      [false, 19],
      [false, 19],
      [false, 3],
      [true, 44],
    ]);
    expect(mlflow.runs[0]?.status).toBe('FINISHED');
  });

  it('shows each server its own secret and no other, and neither on the screen', async () => {
    const { out, err } = await track(['--mlflow-token-file', join(folder, 'mlflow.token')]);
    const shown = new Set(mlflow.requests.map(({ authorization }) => authorization));
    expect(shown).toEqual(new Set(['Bearer secret-of-mlflow']));
    writeFileSync(join(folder, 'mlflow.token'), 'ada:pass word\n');
    mlflow.requests.length = 0;
    await track(['--mlflow-token-file', join(folder, 'mlflow.token')]);
    expect(mlflow.requests[0]?.authorization).toBe(`Basic ${btoa('ada:pass word')}`);
    expect(out + err).not.toContain('secret');
  });

  it('says what it cannot use', async () => {
    expect((await track(['--every', '0'])).code).toBe(4);
    expect((await track(['--mlflow', 'ftp://mlflow'])).err).toContain('--mlflow: expected');
    mlflow.experiments.set('consilium', { id: '1', stage: 'deleted' });
    expect(await track(['--json'])).toMatchObject({
      code: 1,
      out: expect.stringContaining('"error_code":"conflict"') as string,
    });
  });

  it('ends with 130 when it is broken off while it waits', async () => {
    const stop = new AbortController();
    const access = ['--url', coordinator.url, '--token-file', join(folder, 'operator.token')];
    coordinator.commitRounds(1);
    const code = await run(
      ['study', 'track', 'smears', '--mlflow', mlflow.url, '--follow', ...access],
      { print: () => stop.abort(), say: () => undefined, signal: stop.signal },
    );
    expect(code).toBe(130);
  });
});
