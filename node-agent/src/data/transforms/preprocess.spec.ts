import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeFloat } from '@consilium/shared/encoding';
import { inputSize, type Preprocessing } from '@consilium/shared/protocol';
import type { RgbImage } from '../decoders/decoder.js';
import { normalise, prepare, preprocessingHash } from './preprocess.js';

interface Case extends Pick<Preprocessing, 'resize' | 'resample' | 'crop' | 'resizes'> {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly shape: readonly number[];
  readonly output: string;
}

interface Vectors {
  readonly mean: readonly number[];
  readonly std: readonly number[];
  readonly cases: readonly Case[];
}

const vectors = JSON.parse(
  readFileSync(join(__dirname, 'vectors/prepare.json'), 'utf8'),
) as Vectors;

/** The picture of make-prepare-vectors.py. */
function draw({ width, height }: { width: number; height: number }): RgbImage {
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const c = i % 3;
    const x = Math.floor(i / 3) % width;
    const y = Math.floor(i / (3 * width));
    return (x * x * 7 + y * 13 + c * 71 + ((x * y) % 11) * 19) % 256;
  });
  return { width, height, data };
}

function preprocessingOf({ resize, resample, crop, resizes }: Case): Preprocessing {
  return {
    resize,
    resample,
    resizes,
    ...(crop === undefined ? {} : { crop }),
    rescale: encodeFloat(1 / 255),
    mean: vectors.mean.map(encodeFloat),
    std: vectors.std.map(encodeFloat),
  };
}

function floats(base64: string): number[] {
  const bytes = Buffer.from(base64, 'base64');
  return Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(4 * i));
}

describe('prepare and normalise', () => {
  it.each(vectors.cases)('make the numbers of $name', (one) => {
    const preprocessing = preprocessingOf(one);
    const { height, width } = inputSize(preprocessing);
    expect([height, width, 3]).toEqual(one.shape);
    const out = new Float32Array(height * width * 3 + 5).fill(Number.NaN);
    normalise(prepare(draw(one), preprocessing), preprocessing, out, 5);
    const wanted = floats(one.output);
    const differences = wanted.map((value, i) => Math.abs((out[5 + i] as number) - value));
    expect(Math.max(...differences)).toBeLessThan(1e-5);
    expect(out.subarray(0, 5)).toEqual(new Float32Array(5).fill(Number.NaN));
  });

  it('keeps bytes, and leaves out what is padded after normalisation', () => {
    const [sam] = vectors.cases.filter(({ name }) => name === 'SamImageProcessor');
    const picture = prepare(draw(sam as Case), preprocessingOf(sam as Case));
    expect(picture).toMatchObject({ kind: 'bytes', width: 8, height: 12 });
    expect(picture.data).toHaveLength(8 * 12 * 3);
  });
});

describe('preprocessingHash', () => {
  it('differs where the numbers differ', () => {
    const preprocessing = preprocessingOf(vectors.cases[0] as Case);
    const hash = preprocessingHash(preprocessing);
    expect(preprocessingHash({ ...preprocessing })).toBe(hash);
    expect(preprocessingHash({ ...preprocessing, resample: 'bicubic' })).not.toBe(hash);
    expect(preprocessingHash({ ...preprocessing, resizes: 'numbers' })).not.toBe(hash);
  });
});
