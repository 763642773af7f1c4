/** Pictures with a border in the colour of the mean, beside what timm makes of them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inputSize } from '@consilium/shared/protocol';
import { openImage } from '../../data/open-image.js';
import { prepare } from '../../data/transforms/preprocess.js';
import { timmPreprocessing } from './timm.js';

const PICTURES = join(__dirname, '../../../../tests/interop/vectors/images');

interface Case {
  readonly name: string;
  readonly config: unknown;
  readonly picture: string;
  /** Base64 bytes [3, height, width]. */
  readonly levels: string;
}

const { cases } = JSON.parse(readFileSync(join(__dirname, 'vectors/timm-border.json'), 'utf8')) as {
  readonly cases: readonly Case[];
};

describe('a picture with a border', () => {
  it.each(cases)('is that of timm to the byte: $name of $picture', async (expected) => {
    const preprocessing = timmPreprocessing('config.json', expected.config);
    const opened = await openImage(join(PICTURES, expected.picture));
    if (opened.kind === 'refused') {
      throw new Error(`${expected.picture} was refused`);
    }
    const { kind, width, height, data } = prepare(opened.image, preprocessing);
    expect({ kind, width, height }).toEqual({ kind: 'bytes', ...inputSize(preprocessing) });
    const theirs = Buffer.from(expected.levels, 'base64');
    const plane = width * height;
    const ours = theirs.map((_, i) => data[(i % plane) * 3 + Math.floor(i / plane)] ?? -1);
    expect(Buffer.compare(ours, theirs)).toBe(0);
  });

  it('is filled in numbers where numbers are resized', () => {
    const grey = { width: 2, height: 1, data: new Uint8Array(6).fill(51) };
    const config = { input_size: [3, 2, 2], crop_pct: 1, crop_mode: 'border', mean: 0.2 };
    const bytes = timmPreprocessing('config.json', config);
    const numbers = prepare(grey, { ...bytes, resizes: 'numbers' });
    expect([...prepare(grey, bytes).data]).toEqual(Array(12).fill(51));
    expect([...numbers.data].map((value) => value.toFixed(6))).toEqual(Array(12).fill('0.200000'));
  });
});
