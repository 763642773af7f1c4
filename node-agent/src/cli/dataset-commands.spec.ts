import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeFirstConfig } from '../config/agent-file.js';
import { homeAt, type Home } from '../config/home.js';
import { CommandLine, dataOf } from './testing/command-line.js';

describe('consilium-agent dataset', () => {
  let folder: string;
  let home: Home;
  let pictures: string;
  let backbone: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dataset-'));
    home = homeAt(join(folder, 'home'));
    pictures = join(folder, 'pictures');
    backbone = join(folder, 'backbone');
    await mkdir(pictures);
    await mkdir(backbone);
    await writeFile(join(pictures, 'labels.csv'), 'file,label,split,site,patient\n');
  });

  afterEach(() => rm(folder, { recursive: true }));

  async function dataset(...words: string[]): Promise<{ code: number; out: string; err: string }> {
    const line = new CommandLine();
    const code = await line.run('dataset', ...words, '--home', home.folder);
    return { code, out: line.out, err: line.err };
  }

  const add = (study: string, ...more: string[]) =>
    dataset('add', study, '--data', pictures, '--backbone', backbone, ...more);

  it('puts a study into the file that the enrolment wrote, and takes it out again', async () => {
    expect(await writeFirstConfig(home, 'https://c.example')).toBe(true);
    expect((await dataset('list')).out).toBe('none\n');
    expect(await add('cells', '--site-column', 'north')).toMatchObject({
      code: 0,
      err: expect.stringContaining(`consilium-agent doctor --home ${home.folder}`) as string,
    });
    expect((await add('smears')).code).toBe(0);
    expect(dataOf((await dataset('list', '--json')).out)).toEqual([
      { study: 'cells', data: pictures, siteColumn: 'north', backbone },
      { study: 'smears', data: pictures, backbone },
    ]);
    expect((await dataset('remove', 'cells')).code).toBe(0);
    expect((await dataset('list')).out).toBe(`smears: ${pictures}, backbone ${backbone}\n`);
  });

  it('leaves what stands in the file otherwise as it is, comments too', async () => {
    await mkdir(home.folder);
    const text = '# ours\ncoordinator: https://c.example # the consortium\nlogLevel: warn\n';
    await writeFile(home.configFile, text);
    expect(await writeFirstConfig(home, 'https://other.example')).toBe(false);
    expect((await add('cells')).code).toBe(0);
    expect(await readFile(home.configFile, 'utf8')).toBe(
      `${text}studies:\n  - study: cells\n    data: ${pictures}\n    backbone: ${backbone}\n`,
    );
  });

  it('says what is missing, there already, or not there', async () => {
    const early = await add('cells');
    expect([early.code, early.err]).toEqual([4, expect.stringContaining('consilium-agent enrol')]);
    await writeFirstConfig(home, 'https://c.example');
    await add('cells');
    expect((await add('cells')).err).toContain('dataset remove cells');
    expect((await dataset('remove', 'smears')).err).toContain('no study smears: cells');
    await rm(join(pictures, 'labels.csv'));
    expect((await add('smears')).err).toContain('labels.csv');
    expect((await add('Bad Name')).code).toBe(4);
  });
});
