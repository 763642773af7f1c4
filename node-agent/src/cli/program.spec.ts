import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contentHash } from '@consilium/shared/crypto';
import { readSafetensors } from '@consilium/shared/tensors';
import { testStudy } from '../participation/testing/test-study.js';
import { InProcessCoordinator } from '../transport/testing/in-process-coordinator.js';
import { CommandLine, dataOf } from './testing/command-line.js';

describe('consilium-agent', () => {
  let folder: string;
  let line: CommandLine;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cli-'));
    line = new CommandLine();
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  const run = (...words: string[]): Promise<number> => line.run(...words);

  async function protocolFile(): Promise<string> {
    const path = join(folder, 'protocol.json');
    await writeFile(path, JSON.stringify(testStudy()));
    return path;
  }

  it('enrols a home folder and says afterwards what it is', async () => {
    const coordinator = await InProcessCoordinator.start();
    const inviteFile = join(folder, 'invite');
    await writeFile(inviteFile, `${coordinator.invite()}\n`);
    const home = join(folder, 'home');
    const words = ['--coordinator', coordinator.url, '--invite-file', inviteFile];
    expect(await run('enrol', '--home', home, ...words, '--site', 'northgate')).toBe(0);
    expect(line.out).toMatch(
      /this site's key: .*\n +key +[\w+/]{43}=\n +words +[a-z]+( [a-z]+){5}\n/,
    );
    line.out = '';
    expect(await run('status', '--home', home, '--json')).toBe(0);
    expect(dataOf(line.out)).toMatchObject({ site: 'northgate', logSize: 2, studies: [] });
    expect(await run('enrol', '--home', home, ...words, '--site', 'northgate')).not.toBe(0);
    const again = ['--site', 'northgate', '--if-needed'];
    expect(await run('enrol', '--home', home, ...words, ...again)).toBe(0);
    await coordinator.close();
  });

  it('does not start with a model whose terms nobody has accepted', async () => {
    const coordinator = await InProcessCoordinator.start();
    const inviteFile = join(folder, 'invite');
    await writeFile(inviteFile, `${coordinator.invite()}\n`);
    const words = ['--coordinator', coordinator.url, '--invite-file', inviteFile];
    expect(await run('enrol', '--home', folder, ...words, '--site', 'northgate')).toBe(0);
    const study = '{ study: cells, data: d, backbone: b, model: uni }';
    await writeFile(
      join(folder, 'agent.yaml'),
      `coordinator: ${coordinator.url}\nstudies: [${study}]\n`,
    );
    expect(await run('run', '--home', folder)).toBe(4);
    expect(line.err).toContain('add under licences: { model: uni');
    await coordinator.close();
  });

  it('ends with 4 and one sentence when the configuration is missing', async () => {
    expect(await run('run', '--home', join(folder, 'nowhere'))).toBe(4);
    expect(line.err).toContain('agent.yaml is missing');
  });

  it('ends with 2 when the home folder is not enrolled', async () => {
    expect(await run('status', '--home', folder)).toBe(2);
    expect(line.err).toContain('is not enrolled yet');
  });

  it('ends with 4 for an unknown command and with 0 when asked for help', async () => {
    expect(await run('frobnicate')).toBe(4);
    expect(await run('--help')).toBe(0);
    expect(line.out).toContain('enrol');
    expect(line.out).toContain('features');
    expect(line.out).not.toContain('backbone ');
  });

  it('trains alone by the arithmetic of a round, the same at every run', async () => {
    const common = ['--protocol', await protocolFile(), '--data', folder, '--backbone', folder];
    const files = ['a.safetensors', 'b.safetensors'].map((name) => join(folder, name));
    for (const file of files) {
      const rest = ['--cache', folder, '--site', 'northgate', '--out', file, '--json'];
      expect(await run('train-alone', ...common, ...rest)).toBe(0);
    }
    const [a, b] = await Promise.all(files.map((file) => readFile(file)));
    expect(a).toEqual(b);
    const bytes = new Uint8Array(a ?? []);
    expect(line.out).toContain(contentHash(bytes).slice(7));
    expect([...readSafetensors(bytes).keys()]).toEqual(['head.weight', 'head.bias']);
  });

  it('deletes the features of a run, and keeps them under a key that is asked for', async () => {
    const common = ['--protocol', await protocolFile(), '--data', folder, '--backbone', folder];
    const cache = join(folder, 'cache');
    const words = ['train-alone', ...common, '--cache', cache, '--out', join(folder, 'a')];
    expect(await run(...words)).toBe(0);
    expect(await readdir(join(cache, 'trunk-cache'))).toEqual([]);
    const keyFile = join(folder, 'keys', 'cache-key');
    expect(await run(...words, '--cache-key', keyFile)).toBe(0);
    expect(await readdir(join(cache, 'trunk-cache', 'kept'))).toHaveLength(1);
    expect((await stat(keyFile)).mode & 0o777).toBe(0o600);
  });

  it('measures several adapters, one line each, and refuses what is none', async () => {
    const common = ['--protocol', await protocolFile(), '--data', folder, '--backbone', folder];
    const file = join(folder, 'a.safetensors');
    const cache = ['--cache', folder];
    await run('train-alone', ...common, ...cache, '--out', file);
    line.out = '';
    const measure = ['evaluate', ...common, ...cache, '--split', 'test', '--jsonl', '--adapter'];
    expect(await run(...measure, file, file)).toBe(0);
    const lines = line.out.trim().split('\n');
    expect(lines).toHaveLength(2);
    const measured = { balancedAccuracy: 0.75, samples: 4 };
    expect(lines.map((text) => JSON.parse(text) as unknown)).toMatchObject([
      { terminal: false, data: measured },
      { terminal: true, data: measured },
    ]);
    expect(await run(...measure, await protocolFile())).toBe(4);
  });

  it('asks for the classes when a data set is checked without a study', async () => {
    expect(await run('data', 'check', '--data', folder)).toBe(4);
    expect(line.err).toContain('--study-classes');
  });
});
