import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { readSafetensors, readSafetensorsHeader } from '@consilium/shared/tensors';
import { openBackbone } from '../backbones/open-backbone.js';
import { BlockChain } from '../backbones/block-chain.js';
import { openImage } from '../data/open-image.js';
import { normalise, prepare, preprocessingHash } from '../data/transforms/preprocess.js';
import type { Engine } from '../engine/engine.js';
import { startBackend } from '../engine/testing/backends.js';
import type { ExtractRequest } from '../trainer-link/messages.js';
import { extractFeatures } from './extract-features.js';
import { measureSpeed } from './speed.js';
import { drawDataset } from './testing/drawn-dataset.js';
import { TINY_BACKBONE } from './testing/tiny-study.js';

const WIDTH = 16;
const quiet = (): void => undefined;

describe('the features of a data set', () => {
  let engine: Engine;
  let folder: string;
  let dataFolder: string;
  let outFile: string;

  beforeAll(async () => {
    engine = await startBackend('wasm');
  });

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'features-'));
    dataFolder = join(folder, 'data');
    outFile = join(folder, 'features.safetensors');
    await drawDataset(dataFolder, { train: 5, val: 3, test: 2 });
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  function request(overrides: Partial<ExtractRequest> = {}): ExtractRequest {
    return {
      kind: 'extract',
      jobId: 'job',
      dataFolder,
      sites: [],
      backboneFolder: TINY_BACKBONE,
      outFile,
      batchSize: 4,
      strict: false,
      ...overrides,
    };
  }

  function featuresIn(file: string) {
    const bytes = new Uint8Array(readFileSync(file));
    const features = readSafetensors(bytes).get('features');
    const { metadata } = readSafetensorsHeader(bytes);
    return { ...features, metadata, files: JSON.parse(metadata.files ?? '[]') as string[] };
  }

  it('are those of the backbone, picture by picture, in the order of labels.csv', async () => {
    const before = tf.memory().numTensors;
    const extracted = await extractFeatures(request(), engine, quiet);
    expect(tf.memory().numTensors).toBe(before);
    const { shape, data, metadata, files } = featuresIn(outFile);
    expect(shape).toEqual([10, WIDTH]);
    expect(files.slice(0, 2)).toEqual(['images/train-0.png', 'images/train-1.png']);
    const backbone = await openBackbone(TINY_BACKBONE);
    const { preprocessing, hash } = backbone.description;
    for (const [i, file] of files.entries()) {
      const opened = await openImage(join(dataFolder, file));
      const pixels = new Float32Array(16 * 16 * 3);
      if (opened.kind === 'image') {
        normalise(prepare(opened.image, preprocessing), preprocessing, pixels, 0);
      }
      const alone = tf.tidy(() =>
        backbone.trunk(tf.tensor4d(pixels, [1, 16, 16, 3]), backbone.blocks).dataSync(),
      );
      alone.forEach((value, k) => expect(data?.[i * WIDTH + k]).toBeCloseTo(value, 5));
    }
    backbone.dispose();
    expect(metadata).toMatchObject({
      backbone: hash,
      pool: 'class',
      preprocessing: preprocessingHash(preprocessing),
    });
    expect(extracted).toMatchObject({ rows: 10, written: 10, resumed: 0, featureSize: WIDTH });
    expect(existsSync(`${outFile}.partial`)).toBe(false);
  });

  it('go on after a run that was killed, to the same bytes', async () => {
    await extractFeatures(request(), engine, quiet);
    const whole = readFileSync(outFile);
    rmSync(outFile);
    const killed = extractFeatures(request(), engine, ({ step }) => {
      if (step === 8) {
        throw new Error('killed');
      }
    });
    await expect(killed).rejects.toThrow('killed');
    appendFileSync(`${outFile}.partial`, 'a record that was cut');
    const extracted = await extractFeatures(request(), engine, quiet);
    expect(extracted.resumed).toBe(8);
    expect(readFileSync(outFile)).toEqual(whole);
  });

  it('are computed again from the first picture on that has changed', async () => {
    const stop = ({ step }: { step: number }) => {
      if (step === 8) {
        throw new Error('killed');
      }
    };
    await expect(extractFeatures(request(), engine, stop)).rejects.toThrow('killed');
    utimesSync(join(dataFolder, 'images/val-0.png'), 1, 1);
    expect((await extractFeatures(request(), engine, quiet)).resumed).toBe(4);
  });

  it('are computed again for another pool, size or batch', async () => {
    const stop = () => {
      throw new Error('killed');
    };
    await expect(extractFeatures(request(), engine, stop)).rejects.toThrow('killed');
    const other = request({ pool: 'class-and-mean', inputPixels: 24 });
    const extracted = await extractFeatures(other, engine, quiet);
    expect(extracted).toMatchObject({ resumed: 0, featureSize: 2 * WIDTH, pool: 'class-and-mean' });
    expect(featuresIn(outFile).shape).toEqual([10, 2 * WIDTH]);
  });

  it('leave out rows whose picture cannot be read, and name row and rule', async () => {
    writeFileSync(join(dataFolder, 'images/train-1.png'), 'no picture');
    appendFileSync(join(dataFolder, 'labels.csv'), 'images/gone.png,bright,train,here,p,s\n');
    appendFileSync(join(dataFolder, 'labels.csv'), '../data.png,of no class,no split,here,p,s\n');
    const extracted = await extractFeatures(request(), engine, quiet);
    expect(extracted).toMatchObject({ rows: 12, written: 9 });
    expect(extracted.problems).toEqual([
      { row: 3, rule: 'not-an-image', column: 'file' },
      { row: 12, rule: 'missing-file', column: 'file' },
      { row: 13, rule: 'path-outside-folder', column: 'file' },
    ]);
    const { files, shape } = featuresIn(outFile);
    expect(shape).toEqual([9, WIDTH]);
    expect(files).not.toContain('images/train-1.png');
  });

  it('fail at such a row when asked to be strict, and go on once it is mended', async () => {
    const picture = join(dataFolder, 'images/val-1.png');
    const bytes = readFileSync(picture);
    writeFileSync(picture, 'no picture');
    await expect(extractFeatures(request({ strict: true }), engine, quiet)).rejects.toMatchObject({
      code: 'bad-dataset',
      message: 'row 8: not-an-image',
    });
    expect(existsSync(outFile)).toBe(false);
    writeFileSync(picture, bytes);
    const extracted = await extractFeatures(request({ strict: true }), engine, quiet);
    expect(extracted).toMatchObject({ resumed: 4, written: 10 });
  });

  it('are refused for a size that patches do not fill and where no picture can be read', async () => {
    await expect(
      extractFeatures(request({ inputPixels: 17 }), engine, quiet),
    ).rejects.toMatchObject({ code: 'bad-request' });
    writeFileSync(join(dataFolder, 'labels.csv'), 'file,label,split\ngone.png,a,train\n');
    await expect(extractFeatures(request(), engine, quiet)).rejects.toMatchObject({
      code: 'bad-dataset',
    });
    await expect(extractFeatures(request({ strict: true }), engine, quiet)).rejects.toMatchObject({
      code: 'bad-dataset',
    });
    expect(readdirSync(folder)).toEqual(['data']);
  });

  it('are refused in words when the engine has no memory left', async () => {
    const aborting = jest.spyOn(BlockChain.prototype, 'trunk').mockImplementation(() => {
      throw Object.assign(new Error('Aborted()'), { name: 'RuntimeError' });
    });
    await expect(extractFeatures(request(), engine, quiet)).rejects.toMatchObject({
      code: 'trainer-crashed',
      message: expect.stringContaining('4 pictures at once') as string,
    });
    aborting.mockRestore();
  });

  it('take a time that can be estimated from the speed of the engine', async () => {
    const before = tf.memory().numTensors;
    const times = [0, 100, 300, 300];
    const products = 2;
    const speed = await measureSpeed(() => times.shift() ?? 300);
    expect(speed).toBeCloseTo((products * 2 * 788 * 768 * 768) / 0.3, -3);
    expect(tf.memory().numTensors).toBe(before);
  });
});
