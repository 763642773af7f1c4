import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Preprocessing } from '@consilium/shared/protocol';
import { resize } from './resample.js';

interface Vector {
  readonly width: number;
  readonly height: number;
  readonly size: number;
  readonly resample: Preprocessing['resample'];
  readonly input: string;
  readonly output: string;
}

const { cases } = JSON.parse(readFileSync(join(__dirname, 'vectors/resize.json'), 'utf8')) as {
  cases: readonly Vector[];
};

describe('resize', () => {
  it.each(cases)(
    'makes of $width x $height the same $size x $size bytes as Pillow, $resample',
    ({ width, height, size, resample, input, output }) => {
      const data = new Uint8Array(Buffer.from(input, 'base64'));
      const resized = resize({ width, height, data }, size, size, resample);
      expect(Buffer.from(resized.data).toString('base64')).toBe(output);
    },
  );
});
