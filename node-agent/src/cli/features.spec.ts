import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contentHashOf } from '@consilium/shared/crypto';
import { DATASET_RULES, type Extracted, type ExtractRequest } from '../trainer-link/messages.js';
import type { TrainerLimits } from './cli-tools.js';
import { ENGINE } from '../participation/testing/fake-trainer.js';
import { CommandLine, dataOf, localTrainer } from './testing/command-line.js';

const EXTRACTED: Omit<Extracted, 'jobId'> = {
  kind: 'extracted',
  rows: 12,
  written: 10,
  resumed: 4,
  featureSize: 8,
  pool: 'class',
  backboneHash: contentHashOf('a backbone'),
  preprocessingHash: contentHashOf('a preprocessing'),
  problems: [{ row: 3, rule: 'not-an-image', column: 'file' }],
  problemCounts: {
    ...(Object.fromEntries(DATASET_RULES.map((rule) => [rule, 0])) as Extracted['problemCounts']),
    'not-an-image': 2,
  },
  engine: ENGINE,
  warnings: [],
  wallMs: 1500,
};

describe('consilium-agent features', () => {
  let folder: string;
  let requests: Omit<ExtractRequest, 'kind'>[];
  let limits: TrainerLimits[];
  let line: CommandLine;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'features-'));
    requests = [];
    limits = [];
    const trainer = localTrainer({
      extract: (request, onProgress = () => undefined) => {
        requests.push(request);
        const { jobId } = request;
        onProgress({ kind: 'progress', jobId, phase: 'features', step: 12, steps: 12, epoch: 0 });
        return Promise.resolve({ ...EXTRACTED, jobId });
      },
    });
    line = new CommandLine({
      trainers: (given) => {
        limits.push(given);
        return () => trainer;
      },
    });
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  function run(...words: string[]): Promise<number> {
    const out = join(folder, 'f.safetensors');
    return line.run('features', '--backbone', folder, '--data', folder, '--out', out, ...words);
  }

  it('tells the trainer what to write and the data manager what was left out', async () => {
    expect(await run('--batch', '8', '--size', '448', '--memory', '9000', '--strict')).toBe(0);
    expect(requests[0]).toMatchObject({
      batchSize: 8,
      inputPixels: 448,
      strict: true,
      outFile: join(folder, 'f.safetensors'),
    });
    expect(requests[0]).not.toHaveProperty('pool');
    expect(limits[0]?.memoryMiB).toBe(9000);
    expect(line.err).toBe('12 of 12 rows\n');
    expect(line.out).toContain('10 features of 8 numbers (class) from 12 rows, 4 of them');
    expect(line.out).toContain('row 3: not-an-image, left out');
    expect(line.out).toContain('and 1 rows more');
  });

  it('takes the feature of the model that the folder names, unless another is asked for', async () => {
    await writeFile(join(folder, 'config.json'), '{"_name_or_path":"kaiko-ai/midnight"}');
    await run();
    await run('--pool', 'class');
    expect(requests.map(({ pool }) => pool)).toEqual(['class-and-mean', 'class']);
  });

  it.each([
    ['a folder that is not there', 'none/f.safetensors', 'none is no folder'],
    ['a folder in place of a file', '.', 'is a folder: name a file in it'],
  ])('refuses to write to %s, before any work', async (_, out, message) => {
    expect(await run('--out', join(folder, out))).toBe(4);
    expect(line.err).toContain(message);
    expect(requests).toEqual([]);
  });

  it('overwrites nothing, and says how to go on', async () => {
    const out = join(folder, 'f.safetensors');
    await writeFile(out, 'of another run');
    expect(await run()).not.toBe(0);
    expect(line.err).toContain(
      `--out: ${out} exists, and what is there is not overwritten: delete it, or name another file [conflict]`,
    );
    expect(requests).toEqual([]);
    expect(await readFile(out, 'utf8')).toBe('of another run');
    expect(await readdir(folder)).toEqual(['f.safetensors']);
  });

  it('refuses a size that no backbone is fed', async () => {
    expect(await run('--size', '5000')).toBe(4);
    expect(line.err).toContain('--size must be a whole number from 1 to 4096');
  });

  it('answers in JSON', async () => {
    expect(await run('--json', '--site-column', 'north', '--site-column', 'south')).toBe(0);
    expect(requests[0]?.sites).toEqual(['north', 'south']);
    expect(dataOf(line.out)).toMatchObject({
      file: join(folder, 'f.safetensors'),
      written: 10,
      backbone: EXTRACTED.backboneHash,
    });
  });

  it('is refused where the terms of the model are not recorded', async () => {
    expect(await run('--model', 'uni')).toBe(4);
    expect(line.err).toContain('[licence-not-accepted]');
    expect(requests).toEqual([]);
    const record = '{ model: uni, acceptedBy: Dr. Example, acceptedOn: 2026-01-31 }';
    await writeFile(
      join(folder, 'agent.yaml'),
      `coordinator: https://c.example\nlicences: [${record}]\n`,
    );
    expect(await run('--model', 'uni', '--home', folder)).toBe(0);
  });

  it.each([
    ['--pool', 'median'],
    ['--size', '0'],
    ['--batch', 'many'],
    ['--model', 'nothing'],
  ])('refuses %s %s', async (name, value) => {
    expect(await run(name, value)).toBe(4);
    expect(requests).toEqual([]);
  });

  it('says how to go on when the trainer ran out of memory', async () => {
    const extract = () => Promise.resolve({ kind: 'crashed', reason: 'out-of-memory' } as const);
    line = new CommandLine({ trainers: () => () => localTrainer({ extract }) });
    expect(await run()).toBe(1);
    expect(line.err).toContain('goes on where it stopped, with more --memory');
  });

  it('ends with the code of what the trainer refused', async () => {
    const extract = () =>
      Promise.resolve({ kind: 'failed', code: 'bad-dataset', message: 'row 3: x' } as const);
    line = new CommandLine({ trainers: () => () => localTrainer({ extract }) });
    expect(await run()).toBe(4);
    expect(line.err).toContain('row 3: x [bad-dataset]');
  });
});
