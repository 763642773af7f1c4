import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readPictures } from './picture-set.js';

describe('a picture set', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'picture-set-'));
  });

  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  async function write(...lines: readonly string[]): Promise<void> {
    const text = ['file,label,split,site,patient', ...lines].join('\n');
    await writeFile(join(folder, 'labels.csv'), text);
  }

  it('has the classes and sites of labels.csv in alphabetical order', async () => {
    await write('1.png,mono,train,south,p1', '2.png,baso,test,north,p2');
    expect(await readPictures(folder, undefined)).toEqual({
      folder,
      classes: ['baso', 'mono'],
      sites: ['north', 'south'],
      rows: [
        { label: 'mono', split: 'train', site: 'south' },
        { label: 'baso', split: 'test', site: 'north' },
      ],
    });
  });

  it('takes the first sites when fewer are wanted, with the classes that those have', async () => {
    await write('1.png,a,train,x,p', '2.png,b,train,y,p', '3.png,c,train,z,p');
    const { sites, classes, rows } = await readPictures(folder, 2);
    expect(sites).toEqual(['x', 'y']);
    expect(classes).toEqual(['a', 'b']);
    expect(rows).toHaveLength(2);
  });

  it('leaves rows without label, and columns in excess, to the agents', async () => {
    await write('1.png,,train,x,p', '2.png, b ,train,y,p,surplus', '3.png,b', '4.png,c,test,x,p');
    const { classes, rows } = await readPictures(folder, undefined);
    expect(classes).toEqual(['b', 'c']);
    expect(rows.map(({ label }) => label)).toEqual(['', 'b', 'c']);
  });

  it('reads a file with a byte order mark', async () => {
    await writeFile(join(folder, 'labels.csv'), '\ufefflabel,split,site\na,train,x\nb,train,y\n');
    expect((await readPictures(folder, undefined)).classes).toEqual(['a', 'b']);
  });

  it('says which file is missing', async () => {
    await expect(readPictures(folder, undefined)).rejects.toThrow(
      `${join(folder, 'labels.csv')} cannot be read: --data needs a folder with labels.csv`,
    );
  });

  it('says how many sites are missing', async () => {
    await write('1.png,a,train,x,p');
    await expect(readPictures(folder, undefined)).rejects.toThrow(
      'labels.csv names 1 sites, a federation needs 2',
    );
    await write('1.png,a,train,x,p', '2.png,a,train,y,p');
    await expect(readPictures(folder, 3)).rejects.toThrow(
      'labels.csv names 2 sites, a federation needs 3',
    );
  });

  it.each(['St Mary', '../x', 'a'.repeat(64), 'X'])('refuses the site name %p', async (site) => {
    await write(`1.png,a,train,${site},p`, '2.png,a,train,y,p');
    await expect(readPictures(folder, undefined)).rejects.toThrow(
      `labels.csv names the site "${site}": site names are lower-case`,
    );
  });
});
