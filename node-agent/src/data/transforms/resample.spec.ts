import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Preprocessing } from '@consilium/shared/protocol';
import type { RgbImage } from '../decoders/decoder.js';
import { resize, type Resizing } from './resample.js';
import { resizeNumbers } from './resample-numbers.js';

interface Vector {
  readonly width: number;
  readonly height: number;
  readonly size: number;
  readonly resample: Preprocessing['resample'];
  readonly input: string;
  readonly output: string;
  readonly numbers?: string;
}

const { cases } = JSON.parse(readFileSync(join(__dirname, 'vectors/resize.json'), 'utf8')) as {
  cases: readonly Vector[];
};

function pictureOf({ width, height, input }: Vector): RgbImage {
  return { width, height, data: new Uint8Array(Buffer.from(input, 'base64')) };
}

function toSquare({ size, resample }: Vector): Resizing {
  const all = { first: 0, count: size };
  return { width: size, height: size, columns: all, rows: all, resample };
}

describe('resize', () => {
  it.each(cases)(
    'makes of $width x $height the same $size x $size bytes as Pillow, $resample',
    (vector) => {
      const resized = resize(pictureOf(vector), toSquare(vector));
      expect(Buffer.from(resized.data).toString('base64')).toBe(vector.output);
    },
  );

  it.each(cases)('makes a part of $width x $height alone as in the whole, $resample', (vector) => {
    const whole = resize(pictureOf(vector), toSquare(vector)).data;
    const columns = { first: 2, count: 3 };
    const rows = { first: 1, count: 5 };
    const part = resize(pictureOf(vector), { ...toSquare(vector), columns, rows });
    expect([part.width, part.height]).toEqual([3, 5]);
    const cut = Array.from({ length: 5 }, (_, y) =>
      Array.from(whole.subarray(((y + 1) * vector.size + 2) * 3).subarray(0, 9)),
    );
    expect([...part.data]).toEqual(cut.flat());
  });

  it('makes no more of a picture drawn out to billions of rows than is wanted', () => {
    const thread = { width: 1, height: 2_000_000, data: new Uint8Array(6_000_000).fill(7) };
    const middle = { first: 224_000_000, count: 224 };
    for (const resample of ['bilinear', 'nearest'] as const) {
      const { data } = resize(thread, {
        width: 224,
        height: 224 * 2_000_000,
        columns: { first: 0, count: 224 },
        rows: middle,
        resample,
      });
      expect(data).toEqual(new Uint8Array(224 * 224 * 3).fill(7));
    }
  });
});

describe('resizeNumbers', () => {
  it.each(cases.filter(({ numbers }) => numbers !== undefined))(
    'makes of $width x $height the same $size x $size numbers as torch, $resample',
    (vector) => {
      const { data } = resizeNumbers(pictureOf(vector), toSquare(vector), 1 / 255);
      const bytes = Buffer.from(vector.numbers ?? '', 'base64');
      const wanted = Float32Array.from({ length: data.length }, (_, i) => bytes.readFloatLE(4 * i));
      const largest = data.reduce(
        (most, value, i) => Math.max(most, Math.abs(value - (wanted[i] as number))),
        0,
      );
      expect(largest).toBeLessThan(1e-6);
    },
  );
});
