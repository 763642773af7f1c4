import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeFloat } from '@consilium/shared/encoding';
import { run } from './run.js';

const HASH = `sha256:${'a'.repeat(64)}`;

function metrics(right: number, wrong: number): object {
  return {
    samples: 2 * (right + wrong),
    loss: encodeFloat(wrong + 0.5),
    confusion: [
      [right, wrong],
      [wrong, right],
    ],
    balancedAccuracy: encodeFloat(right / (right + wrong)),
    auroc: 'undefined',
  };
}

function participant(siteId: string, before: object | undefined): object {
  const own = { siteId, state: 'survivor', weight: 1, bytes: 1, trainMs: 1, times: {} };
  return before === undefined ? own : { ...own, evaluation: { before, after: before } };
}

function round(roundNo: number, participants: readonly object[]): object {
  const attempt = {
    ...{ attemptId: '0'.repeat(32), attemptNo: 1, aggregation: 'plain', phase: 'committed' },
    ...{ phaseSinceMs: 1, phases: [], awaited: [], needed: 0, openedAtMs: 1, manifestHash: HASH },
  };
  return { roundNo, attempts: [{ ...attempt, participants }] };
}

function evaluation(siteId: string, split: string, measured: object): object {
  const body = { v: 1, studyId: 'smears', siteId, roundNo: 2, adapterCheckpointHash: HASH };
  const signature = `${'A'.repeat(86)}==`;
  return { body: { ...body, split, metrics: measured }, keyId: 'a'.repeat(16), signature };
}

const ROUNDS = [
  round(1, [participant('north', metrics(1, 1)), participant('south', metrics(3, 1))]),
  round(2, [participant('north', metrics(4, 0)), participant('south', undefined)]),
];
const EVALUATIONS = [
  evaluation('north', 'val', metrics(9, 1)),
  evaluation('south', 'val', metrics(3, 2)),
  evaluation('north', 'test', metrics(7, 3)),
];

describe('consilium evaluation matrix', () => {
  let http: Server;
  let folder: string;
  let access: string[];
  let answers: { rounds: unknown; evaluations: unknown };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'consilium-spec-'));
    writeFileSync(join(folder, 'token'), 'x'.repeat(64));
    http = createServer(({ url }, response) => {
      const isRounds = url?.endsWith('/rounds') === true;
      response.writeHead(200).end(JSON.stringify(isRounds ? answers.rounds : answers.evaluations));
    });
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    const { port } = http.address() as AddressInfo;
    access = ['--url', `http://127.0.0.1:${port}`, '--token-file', join(folder, 'token')];
  });

  afterAll(() => {
    http.close();
    rmSync(folder, { recursive: true, force: true });
  });

  beforeEach(() => {
    answers = { rounds: ROUNDS, evaluations: EVALUATIONS };
  });

  async function matrix(...args: readonly string[]): Promise<{ code: number; out: string }> {
    let out = '';
    const print = (text: string) => (out += text);
    const line = ['evaluation', 'matrix', 'smears', ...args, ...access];
    return { code: await run(line, { print, say: () => undefined }), out };
  }

  it('shows sites by rounds, the test pictures, and the worst of the newest checkpoint', async () => {
    const { code, out } = await matrix();
    expect(code).toBe(0);
    expect(out).toBe(
      [
        'balancedAccuracy      0      1      2   test',
        'north             0.500  1.000  0.900  0.700',
        'south             0.750      -  0.600      -',
        'together          0.667  1.000  0.800      -',
        'Worst: south after round 2, 0.600.',
        '',
      ].join('\n'),
    );
  });

  it('is one object with --json, of which nothing is left out', async () => {
    const { out } = await matrix('--metric', 'loss', '--json');
    expect((JSON.parse(out) as { data: unknown }).data).toMatchObject({
      metric: 'loss',
      rounds: [0, 1, 2],
      sites: [
        { siteId: 'north', values: [1.5, 0.5, 1.5], test: 3.5 },
        { siteId: 'south', values: [1.5, null, 2.5], test: null },
      ],
      worst: { siteId: 'south', roundNo: 2, value: 2.5 },
    });
  });

  it('says that nothing is known yet, and which figures there are', async () => {
    answers = { rounds: [], evaluations: [] };
    expect(await matrix()).toEqual({ code: 0, out: 'Nobody has measured anything yet.\n' });
    expect((await matrix('--metric', 'f1')).code).toBe(4);
  });
});
