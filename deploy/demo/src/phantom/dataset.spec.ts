import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededRandom } from '@consilium/shared/crypto';
import sharp from 'sharp';
import { writePhantomDataset } from './dataset.js';
import { laboratories } from './laboratory.js';

const SIZE = 24;

describe('writePhantomDataset', () => {
  let root: string;

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'phantom-'));
  });

  afterAll(async () => {
    await rm(root, { recursive: true, force: true });
  });

  async function write(name: string, seed: string): Promise<string> {
    const folder = join(root, name);
    const sites = laboratories(2, seededRandom(seed));
    await writePhantomDataset({ folder, sites, imagesPerSite: 8, seed, size: SIZE });
    return folder;
  }

  it('writes labels.csv and the pictures it names', async () => {
    const folder = await write('one', 'a');
    const lines = (await readFile(join(folder, 'labels.csv'), 'utf8')).trimEnd().split('\n');
    expect(lines[0]).toBe('file,label,split,site,patient');
    expect(lines).toHaveLength(1 + 16);
    for (const line of lines.slice(1)) {
      const { width, height, format } = await sharp(
        join(folder, line.split(',')[0] ?? ''),
      ).metadata();
      expect([width, height, format]).toEqual([SIZE, SIZE, 'png']);
    }
  });

  it('writes the same bytes from the same seed and other pictures from another', async () => {
    const [first, again, other] = [
      await write('first', 'a'),
      await write('again', 'a'),
      await write('other', 'b'),
    ];
    const file = 'images/northgate/train-0001.png';
    const bytes = (folder: string, name: string) => readFile(join(folder, name));
    expect(await bytes(again, 'labels.csv')).toEqual(await bytes(first, 'labels.csv'));
    expect(await bytes(again, file)).toEqual(await bytes(first, file));
    expect(await bytes(other, file)).not.toEqual(await bytes(first, file));
  });
});
