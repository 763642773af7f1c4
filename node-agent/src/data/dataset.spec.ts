import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { encodeFloat } from '@consilium/shared/encoding';
import type { Preprocessing } from '@consilium/shared/protocol';
import { openDataset, requireEnough, type Dataset } from './dataset.js';
import { PixelStore } from './pixel-store.js';
import type { Sample } from './sample.js';
import { normalise } from './transforms/preprocess.js';

const CLASSES = ['benign', 'malign'];
const preprocessing: Preprocessing = {
  resize: { kind: 'exact', height: 4, width: 4 },
  resample: 'nearest',
  resizes: 'bytes',
  rescale: encodeFloat(1 / 255),
  mean: [0.5, 0.5, 0.5].map(encodeFloat),
  std: [0.5, 0.25, 0.125].map(encodeFloat),
};

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dataset-'));
  mkdirSync(join(folder, 'images'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** An 8 x 8 picture of one colour; different levels give different files. */
async function draw(name: string, level: number): Promise<void> {
  const create = {
    width: 8,
    height: 8,
    channels: 3 as const,
    background: { r: level, g: 0, b: 255 },
  };
  writeFileSync(join(folder, 'images', name), await sharp({ create }).png().toBuffer());
}

function table(...rows: readonly string[]): void {
  writeFileSync(join(folder, 'labels.csv'), ['file,label,split,site,patient', ...rows].join('\n'));
}

const open = (...sites: string[]): Promise<Dataset> =>
  openDataset({ folder, classes: CLASSES, preprocessing, sites });

describe('openDataset', () => {
  it('gives every usable row with class, split and subgroups', async () => {
    await draw('a.png', 1);
    await draw('b.png', 2);
    writeFileSync(
      join(folder, 'labels.csv'),
      '\ufefflabel,file,split,scanner\r\nmalign, images/a.png ,train,"north, old"\r\nbenign,images/b.png,val,\r\n',
    );
    const dataset = await open();
    expect(dataset.samples('train')).toEqual([
      expect.objectContaining({ label: 1, patient: '', subgroups: { scanner: 'north, old' } }),
    ]);
    expect(dataset.samples('val')).toEqual([expect.objectContaining({ label: 0, split: 'val' })]);
    expect(dataset.report).toMatchObject({
      images: 2,
      used: 2,
      skipped: 0,
      bySplit: { train: 1, val: 1, test: 0 },
      classCounts: { train: [0, 1], val: [1, 0], test: [0, 0] },
      problems: [],
    });
  });

  it('lists every kind of fault by row and rule, and uses the rest', async () => {
    await draw('good.png', 1);
    await draw('twin.png', 1);
    await draw('p1.png', 2);
    await draw('p2.png', 3);
    await draw('late.png', 4);
    writeFileSync(join(folder, 'images', 'text.png'), 'no picture');
    const whole = await sharp({
      create: { width: 64, height: 64, channels: 3, background: 'red' },
    })
      .jpeg()
      .toBuffer();
    writeFileSync(join(folder, 'images', 'cut.jpg'), whole.subarray(0, whole.length / 2));
    mkdirSync(join(folder, 'images', 'folder.png'));
    symlinkSync('/etc/hostname', join(folder, 'images', 'link.png'));
    table(
      'images/good.png,benign,train,,',
      ',benign,train,,',
      'images/late.png,,train,,',
      'images/late.png,unheard,train,,',
      'images/late.png,benign,holdout,,',
      '../outside.png,benign,train,,',
      '/etc/hostname,benign,train,,',
      'images/link.png,benign,train,,',
      'images/./good.png,benign,train,,',
      'images/twin.png,benign,val,,',
      'images/none.png,benign,train,,',
      'images/folder.png,benign,train,,',
      'images/text.png,benign,train,,',
      'images/cut.jpg,benign,train,,',
      'images/p1.png,benign,train,,anna',
      'images/p2.png,benign,test,,anna',
      'images/late.png',
    );
    const { report } = await open();
    expect(report.problems.map(({ row, rule }) => [row, rule])).toEqual([
      [3, 'empty-file'],
      [4, 'empty-label'],
      [5, 'unknown-class'],
      [6, 'unknown-split'],
      [7, 'path-outside-folder'],
      [8, 'path-outside-folder'],
      [9, 'path-outside-folder'],
      [10, 'duplicate-file'],
      [11, 'duplicate-image'],
      [12, 'missing-file'],
      [13, 'unreadable-file'],
      [14, 'not-an-image'],
      [15, 'truncated-image'],
      [17, 'patient-in-two-splits'],
      [18, 'empty-label'],
    ]);
    expect(report).toMatchObject({ images: 17, used: 2, skipped: 15 });
    expect(report.problemCounts).toMatchObject({ 'path-outside-folder': 3, 'image-too-large': 0 });
    expect(report.problems.at(-2)).toEqual({
      row: 17,
      rule: 'patient-in-two-splits',
      column: 'patient',
    });
    expect(JSON.stringify(report)).not.toMatch(/anna|png|unheard/);
  });

  it('lists a hundred problems and counts the rest', async () => {
    table(...Array.from({ length: 130 }, () => 'images/none.png,benign,train,,'));
    const { report } = await open();
    expect(report.problems).toHaveLength(100);
    expect(report.problemCounts['missing-file']).toBe(130);
  });

  it('keeps to one site, with the rows as the file counts them', async () => {
    await draw('a.png', 1);
    await draw('b.png', 2);
    table('images/a.png,benign,train,north,p', 'images/b.png,benign,test,south,p', 'x,y,z,south,');
    const { report } = await open('south');
    expect(report).toMatchObject({ images: 2, used: 1, bySplit: { test: 1 } });
    expect(report.problems).toEqual([{ row: 4, rule: 'unknown-class', column: 'label' }]);
  });

  it('takes the rows of several sites together', async () => {
    await draw('a.png', 1);
    await draw('b.png', 2);
    table('images/a.png,benign,train,north,p', 'images/b.png,benign,test,south,q', 'x,y,z,west,');
    const { report } = await open('north', 'south');
    expect(report).toMatchObject({ images: 2, used: 2, bySplit: { train: 1, test: 1 } });
  });

  it.each([
    ['is missing', undefined, /labels.csv is missing/],
    ['lacks columns', 'file,site\nx,y', /has no column label, split/],
    ['names a column twice', 'file,label,split,label\n', /names a column twice/],
    ['is not CSV', 'file,label,split\n"secret', /is not CSV: CSV_QUOTE_NOT_CLOSED at line \d+$/],
  ])('refuses a labels.csv that %s', async (_, text, message) => {
    if (text !== undefined) {
      writeFileSync(join(folder, 'labels.csv'), text);
    }
    await expect(open()).rejects.toMatchObject({
      code: 'bad-dataset',
      message: expect.stringMatching(message) as string,
    });
  });

  it('refuses to pick a site without a site column', async () => {
    writeFileSync(join(folder, 'labels.csv'), 'file,label,split\n');
    await expect(open('north')).rejects.toThrow(/has no column site/);
  });
});

describe('requireEnough', () => {
  it('counts training images only', async () => {
    await draw('a.png', 1);
    await draw('b.png', 2);
    table('images/a.png,benign,train,,', 'images/b.png,benign,test,,');
    const { report } = await open();
    expect(() => requireEnough(report, 1)).not.toThrow();
    expect(() => requireEnough(report, 2)).toThrow(
      /1 usable training images, the study asks for 2/,
    );
  });
});

describe('pictures', () => {
  it('are squashed and normalised as the backbone wants them', async () => {
    await draw('a.png', 51);
    table('images/a.png,benign,train,,');
    const dataset = await open();
    const [sample] = dataset.samples('train');
    const picture = await dataset.picture(sample as Sample);
    expect(picture).toMatchObject({ kind: 'bytes', width: 4, height: 4 });
    const out = new Float32Array(3 + picture.data.length);
    normalise(picture, preprocessing, out, 3);
    expect([...out.subarray(0, 6)]).toEqual([0, 0, 0, Math.fround(-0.6), -2, 4]);
  });

  it.each([0, 1024])(
    'are the same whether they fitted in %i bytes or are decoded again, and refused when the file changed',
    async (bytes) => {
      await draw('a.png', 51);
      table('images/a.png,benign,train,,');
      const [sample] = (await open()).samples('train');
      const store = new PixelStore(preprocessing, bytes);
      store.keep('another', { width: 8, height: 8, data: new Uint8Array(8 * 8 * 3) });
      const { data } = await store.picture(sample as Sample);
      expect(data.subarray(0, 3)).toEqual(Uint8Array.from([51, 0, 255]));
      await draw('a.png', 52);
      await expect(store.picture(sample as Sample)).rejects.toThrow('the file of row 2 changed');
    },
  );
});
