import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Baselines, trainBaselines } from './baselines.js';
import type { PictureRow } from './picture-set.js';
import { standIn } from './testing/fake-program.js';

/** Trains by writing down the sites; scores 0.9 on those and 0.5 on others, in one envelope for all adapters. */
const AGENT = `
const { mkdirSync, readFileSync, writeFileSync } = require('node:fs');
const { dirname } = require('node:path');
const after = (name) => args.flatMap((arg, i) => (arg === name ? [args[i + 1]] : []));
if (args[0] === 'train-alone') {
  const [out] = after('--out');
  mkdirSync(dirname(out), { recursive: true });
  writeFileSync(out, after('--site-column').join());
} else {
  const [site] = after('--site-column');
  const adapters = args.slice(args.indexOf('--adapter') + 1).filter((arg) => arg !== '--json');
  const data = adapters.map((adapter) => {
    const isKnown = readFileSync(adapter, 'utf8').split(',').includes(site);
    return { balancedAccuracy: isKnown ? 0.9 : 0.5, loss: 1 };
  });
  console.log(JSON.stringify({ schema_version: 1, status: 'ok', data }));
}`;

const rows = (site: string, split: string, ...labels: readonly string[]): PictureRow[] =>
  labels.map((label) => ({ site, split, label }));

const ROWS = [
  ...rows('north', 'train', 'a', 'a', 'a', 'b', ''),
  ...rows('north', 'test', 'a', 'b', 'b', 'b'),
  ...rows('south', 'train', 'b', 'b', 'c'),
  ...rows('south', 'test', 'b', 'c', 'c', 'a'),
];

describe('the baselines', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'baselines-'));
  });

  afterEach(async () => {
    jest.restoreAllMocks();
    await rm(folder, { recursive: true, force: true });
  });

  function train(pictures: readonly PictureRow[], done: string[] = []): Promise<Baselines> {
    return trainBaselines({
      folder,
      protocolFile: 'study-protocol.json',
      backboneFolder: 'backbone',
      pictures: { folder: 'pictures', classes: [], sites: ['north', 'south'], rows: pictures },
      parallel: 2,
      onDone: (name) => done.push(name),
    });
  }

  it('train each site alone and all together, and measure each adapter at every site', async () => {
    standIn(folder, 'agent', AGENT);
    const done: string[] = [];
    const { local, pooled } = await train(ROWS, done);
    expect(local).toEqual({
      north: { north: 0.9, south: 0.5 },
      south: { north: 0.5, south: 0.9 },
    });
    expect(pooled).toEqual({ north: 0.9, south: 0.9 });
    expect(done.sort()).toEqual(['north', 'pooled', 'south']);
  });

  it('give the majority class one right class among those of a test split', async () => {
    standIn(folder, 'agent', AGENT);
    const tieBroken = [...ROWS, ...rows('south', 'train', 'a')];
    expect((await train(tieBroken)).majority).toEqual({ north: 1 / 2, south: 1 / 3 });
  });

  it('give the majority class nothing where no picture of it is tested', async () => {
    standIn(folder, 'agent', AGENT);
    const pictures = [...rows('north', 'train', 'a'), ...rows('south', 'test', 'b', 'c')];
    expect((await train(pictures)).majority).toEqual({ north: 0, south: 0 });
  });

  it('fail with what the agent said', async () => {
    standIn(folder, 'agent', `console.error('no pictures'); process.exitCode = 4;`);
    await expect(train(ROWS)).rejects.toThrow('agent train-alone ended with 4: no pictures');
  });
});
