import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startConnectProxy } from '../network/testing/connect-proxy.js';
import type { TrainerLimits } from './cli-tools.js';
import { CommandLine, dataOf, localTrainer } from './testing/command-line.js';

describe('consilium-agent doctor', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'doctor-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('says which engine is taken, why, why no other, and what the machine has', async () => {
    const line = new CommandLine();
    expect(await line.run('doctor')).toBe(0);
    expect(line.out).toContain('engine: fake 1 on the processor, threads: 1 (named)');
    expect(line.out).toContain('  not cpu: slower');
    expect(line.out).toMatch(/Node v\d+.*\n[^]*memory: \d+ of \d+ MiB free/);
    expect(line.out).toMatch(/disk: \d+ MiB free/);
    expect(line.out).not.toContain('cache:');
  });

  it('tries what agent.yaml chooses, and tells the cache', async () => {
    const text = 'engine: wasm\nthreads: 3\ncache: { quota: 2GB, precision: f16 }\n';
    await writeFile(join(folder, 'agent.yaml'), `coordinator: https://c.example\n${text}`);
    const asked: TrainerLimits[] = [];
    const trainers = (limits: TrainerLimits) => {
      asked.push(limits);
      return () => localTrainer();
    };
    const line = new CommandLine({ trainers });
    expect(await line.run('doctor', '--home', folder, '--json')).toBe(1);
    expect(asked).toMatchObject([{ engine: 'wasm', threads: 3, memoryMiB: 4096 }]);
    expect(dataOf(line.out)).toMatchObject({
      engine: { backend: 'fake', reason: 'named' },
      others: [{ engine: 'cpu' }],
      memory: { trainerMiB: 4096 },
      cache: { quotaBytes: 2e9, precision: 'f16', hasKey: false },
    });
  });

  it('says whether the coordinator answers, and what stands in the way', async () => {
    const proxy = await startConnectProxy(() => 403);
    const text = `coordinator: https://c.example\nnetwork: { proxy: "${proxy.url}" }\n`;
    await writeFile(join(folder, 'agent.yaml'), text);
    const line = new CommandLine();
    expect(await line.run('doctor', '--home', folder)).toBe(1);
    await proxy.close();
    expect(line.out).toMatch(/passed {3}DNS +127\.0\.0\.1 is an address/);
    expect(line.out).toMatch(/problem {2}proxy +the proxy .* refuses[^]*\n +fix: network\.proxy/);
    expect(line.out).toMatch(
      /problem {2}port 443 [^]*\n +fix: ask for outbound TCP to c\.example:443/,
    );
    expect(line.out).toMatch(/skipped {2}TLS chain [^]*\nskipped {2}clock /);
    expect(line.out).toMatch(
      /coordinator: https:\/\/c\.example through the proxy .*: the proxy .* refuses to connect to c\.example \(403\)/,
    );
  });

  it('tells of each study whether its backbone and its pictures are there', async () => {
    const studies = '[{ study: cells, data: pictures, backbone: b }]';
    await writeFile(
      join(folder, 'agent.yaml'),
      `coordinator: http://127.0.0.1:9\nstudies: ${studies}\n`,
    );
    const line = new CommandLine();
    expect(await line.run('doctor', '--home', folder)).toBe(1);
    expect(line.out).toMatch(/passed {3}backbone of cells +transformers vit, sha256:/);
    expect(line.out).toMatch(/problem {2}data set of cells +.*pictures holds no labels\.csv/);
    expect(line.out).toMatch(/passed {3}engine [^]*\nskipped {2}GPU +none is used; cpu: slower/);
    expect(line.err).toContain('there are problems: port 9, data set of cells');
  });

  it('ends with 4 when the engine of agent.yaml is not there', async () => {
    const probe = () =>
      Promise.resolve({ kind: 'failed', code: 'engine-missing', message: 'not there' } as const);
    const line = new CommandLine({ trainers: () => () => localTrainer({ probe }) });
    expect(await line.run('doctor')).toBe(4);
    expect(line.err).toContain('not there [engine-missing]');
  });

  it('refuses an engine that there is not', async () => {
    await writeFile(join(folder, 'agent.yaml'), 'coordinator: https://c.example\nengine: fast\n');
    const line = new CommandLine();
    expect(await line.run('doctor', '--home', folder)).toBe(4);
    expect(line.err).toContain('engine: must be auto, onnxruntime');
  });
});
