/** Whole processors, from their configuration to the numbers a backbone is fed, beside what the libraries make of three pictures. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeFloat, decodeFloat } from '@consilium/shared/encoding';
import { inputSize, PLAIN_VIT, type BackboneGeometry } from '@consilium/shared/protocol';
import type { RgbImage } from '../../data/decoders/decoder.js';
import { openImage } from '../../data/open-image.js';
import { normalise, prepare } from '../../data/transforms/preprocess.js';
import type { ModelDocuments } from '../files/model-files.js';
import { readPreprocessing } from './read-preprocessing.js';

const FOLDER = join(__dirname, '../../../../tests/interop/vectors/images');
const LEVELS = 255;

interface Output {
  readonly picture: string;
  readonly backend: 'pillow' | 'torchvision';
  readonly shape: readonly [channels: number, height: number, width: number];
  /** Base64 bytes: what is normalised. */
  readonly levels?: string;
  /** Base64 float32: what was normalised. */
  readonly numbers?: string;
}

interface Case {
  readonly name: string;
  readonly file: 'preprocessor_config.json' | 'config.json' | 'open_clip_config.json';
  readonly config: unknown;
  readonly outputs: readonly Output[];
}

const { cases } = JSON.parse(readFileSync(join(FOLDER, 'expected.json'), 'utf8')) as {
  readonly cases: readonly Case[];
};

const GEOMETRY: BackboneGeometry = {
  ...PLAIN_VIT,
  hiddenSize: 8,
  layers: 1,
  heads: 1,
  mlpSize: 8,
  imageSize: 24,
  patchSize: 4,
  layerNormEps: encodeFloat(1e-6),
};

/** transformers' two backends put the odd pixel of a padding on opposite sides; ours is the default one's. */
const OTHER_SIDE = 'transformers-bit-crop-larger';

const outputs = cases.flatMap(({ name, file, config, outputs }) =>
  outputs
    .filter(({ backend }) => name !== OTHER_SIDE || backend === 'torchvision')
    .map((output) => ({
      title: `${name} of ${output.picture}, ${output.backend}`,
      file,
      config,
      output,
    })),
);

function documents(file: Case['file'], config: unknown): ModelDocuments {
  switch (file) {
    case 'preprocessor_config.json':
      return { preprocessorConfig: config };
    case 'config.json':
      return { config };
    case 'open_clip_config.json':
      return { openClipConfig: config };
  }
}

async function pictureOf(name: string): Promise<RgbImage> {
  const opened = await openImage(join(FOLDER, name));
  if (opened.kind === 'refused') {
    throw new Error(`${name} was refused`);
  }
  return opened.image;
}

function bytesOf(base64: string): Uint8Array {
  return new Uint8Array(Buffer.from(base64, 'base64'));
}

/** How far each number is from the library's, in grey levels. */
function differences(ours: Float32Array, output: Output, mean: number[], std: number[]): number[] {
  const [channels, height, width] = output.shape;
  const levels = output.levels === undefined ? undefined : bytesOf(output.levels);
  const numbers =
    output.numbers === undefined ? undefined : new Float32Array(bytesOf(output.numbers).buffer);
  return Array.from(ours, (value, i) => {
    const channel = i % channels;
    const theirs = channel * height * width + Math.floor(i / channels);
    const toLevel = (x: number) => (x * (std[channel] ?? NaN) + (mean[channel] ?? NaN)) * LEVELS;
    const expected = levels?.[theirs] ?? toLevel(numbers?.[theirs] ?? NaN);
    return Math.abs(toLevel(value) - expected);
  });
}

describe('an image processor', () => {
  it.each(outputs)('makes the numbers of $title', async ({ file, config, output }) => {
    const preprocessing = readPreprocessing(documents(file, config), GEOMETRY);
    const { height, width } = inputSize(preprocessing);
    expect([3, height, width]).toEqual(output.shape);
    const ours = new Float32Array(height * width * 3);
    normalise(prepare(await pictureOf(output.picture), preprocessing), preprocessing, ours, 0);
    const [mean, std] = [preprocessing.mean, preprocessing.std].map((bits) =>
      bits.map(decodeFloat),
    );
    const apart = differences(ours, output, mean ?? [], std ?? []);
    const isExact = output.backend === 'pillow' || preprocessing.resizes === 'numbers';
    expect(Math.max(...apart)).toBeLessThan(isExact ? 1e-3 : 1.001);
    // torchvision rounds its filter to 16 bits, Pillow and ours to 22: about one number in a hundred is a level apart.
    const beside = apart.filter((difference) => difference > 0.5).length;
    expect(beside / apart.length).toBeLessThanOrEqual(isExact ? 0 : 0.015);
  });
});
