import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parameterCount, requireModel } from '@consilium/shared/catalogue';
import { contentHashOf } from '@consilium/shared/crypto';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import { BACKBONE } from '../participation/testing/test-study.js';
import type { CliTools } from './cli-tools.js';
import { CommandLine, dataOf, localTrainer } from './testing/command-line.js';

describe('consilium-agent model inspect', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'inspect-'));
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  /** A command line that finds a model of the catalogue in every folder. */
  function holding(id: string, tools: Partial<CliTools> = {}): CommandLine {
    const { geometry, preprocessing } = requireModel(id);
    const parameters = parameterCount(geometry);
    const description = { hash: contentHashOf(id), geometry, preprocessing, parameters };
    const inspectBackbone = () => Promise.resolve({ layout: 'timm', description });
    return new CommandLine({ inspectBackbone, ...tools });
  }

  it.each(['model', 'backbone'])(
    'answers to %s inspect with the description alone',
    async (word) => {
      const line = new CommandLine();
      expect(await line.run(word, 'inspect', folder, '--json')).toBe(0);
      expect(dataOf(line.out)).toEqual(BACKBONE);
    },
  );

  it('adds the model that the files name, or that is named', async () => {
    const line = holding('virchow2');
    expect(await line.run('model', 'inspect', folder, '--json', '--model', 'virchow2')).toBe(0);
    expect(dataOf(line.out)).toMatchObject({ model: 'virchow2' });
    await writeFile(join(folder, 'config.json'), '{"hf_hub_id":"paige-ai/Virchow2"}');
    line.out = '';
    expect(await line.run('model', 'inspect', folder, '--json')).toBe(0);
    expect(dataOf(line.out)).toMatchObject({ model: 'virchow2' });
  });

  it('says in words what it is and what it costs here', async () => {
    const line = holding('rad-dino');
    expect(await line.run('model', 'inspect', folder, '--model', 'rad-dino')).toBe(0);
    expect(line.out.split('\n')[0]).toBe(contentHashOf('rad-dino'));
    expect(line.out).toContain('timm: complete, 86579712 parameters');
    expect(line.out).toContain('12 blocks of 768 with 12 heads');
    expect(line.out).toContain('feature: the class token, 768 numbers');
    expect(line.out).toContain('model: RAD-DINO (rad-dino)\n');
    expect(line.out).toContain('MIT License (MIT), open');
    expect(line.out).toContain('memory: 339 MiB to load');
    // 303.1 GFLOP, as torch counts them, by 2 GFLOP/s.
    expect(line.out).toMatch(/an estimate from 30[0-9] GFLOP.*2 GFLOP\/s.*152 s for the feature/);
  });

  it('says that the terms of a model are not accepted, or by whom they were', async () => {
    const line = holding('uni');
    expect(await line.run('model', 'inspect', folder, '--model', 'uni')).toBe(0);
    expect(line.out).toContain('not accepted here');
    expect(line.out).toContain('licences: { model: uni, acceptedBy: NAME');
    const record = '{ model: uni, acceptedBy: Dr. Example, acceptedOn: 2026-01-31 }';
    await writeFile(
      join(folder, 'agent.yaml'),
      `coordinator: https://c.example\nlicences: [${record}]\n`,
    );
    line.out = '';
    const words = ['--model', 'uni', '--home', folder];
    expect(await line.run('model', 'inspect', folder, ...words)).toBe(0);
    expect(line.out).toContain('accepted by Dr. Example on 2026-01-31');
  });

  it('lists what it may be where nothing names it, and warns of a name that does not fit', async () => {
    const line = holding('h-optimus-1');
    await line.run('model', 'inspect', folder);
    expect(line.out).toContain('the same is computed by h-optimus-0, h-optimus-1');
    line.out = '';
    await line.run('model', 'inspect', folder, '--model', 'phikon');
    expect(line.out).toContain('WARNING: the catalogue has another geometry');
    const small = new CommandLine();
    await small.run('model', 'inspect', folder);
    expect(small.out).toContain('none of the catalogue computes this');
  });

  it('says why a known model cannot be a backbone, and passes on every other fault', async () => {
    const inspectBackbone = () => {
      throw new ConsiliumError('bad-backbone', 'backbone: config.json: no known layout');
    };
    const line = new CommandLine({ inspectBackbone });
    expect(await line.run('model', 'inspect', folder)).toBe(4);
    expect(line.err).not.toContain('Swin');
    // Nothing was said of a study.
    expect(line.err).toContain(
      'The message says which file, key or tensor of the folder is at fault; a study needs',
    );
    await writeFile(join(folder, 'config.json'), '{"model_type":"swin"}');
    expect(await line.run('model', 'inspect', folder)).toBe(4);
    expect(line.err).toContain('Swin transformers cannot be a backbone');
  });

  it('fails with the code of an engine that does not start', async () => {
    const measure = () =>
      Promise.resolve({ kind: 'failed', code: 'engine-missing', message: 'no engine' } as const);
    const line = holding('rad-dino', { trainers: () => () => localTrainer({ measure }) });
    expect(await line.run('model', 'inspect', folder)).toBe(4);
    expect(line.err).toContain('no engine [engine-missing]');
  });

  it('refuses a model that the catalogue lacks', async () => {
    expect(await new CommandLine().run('model', 'inspect', folder, '--model', 'x')).toBe(4);
  });
});
