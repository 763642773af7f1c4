import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PositionInterpolation } from '@consilium/shared/protocol';
import { resamplingMatrix } from './resampling.js';

interface Vector {
  readonly from: number;
  readonly to: number;
  readonly interpolation: PositionInterpolation;
  readonly values: readonly number[];
}

const VECTORS = JSON.parse(
  readFileSync(join(__dirname, 'vectors/resampling.json'), 'utf8'),
) as Vector[];

describe('resampling', () => {
  it.each(VECTORS)(
    '$interpolation from $from to $to is that of PyTorch',
    ({ from, to, interpolation, values }) => {
      const matrix = resamplingMatrix(from, to, interpolation);
      const found = values.map((_, row) =>
        [...matrix.subarray(row * from, (row + 1) * from)].reduce(
          (sum, weight, i) => sum + weight * Math.sin(1 + i * i),
          0,
        ),
      );
      expect(matrix).toHaveLength(to * from);
      found.forEach((value, row) => expect(value).toBeCloseTo(values[row] ?? NaN, 5));
    },
  );

  it.each(['bicubic', 'bicubic-antialiased', 'bicubic-offset'] as const)(
    '%s leaves a constant line as it is',
    (interpolation) => {
      const matrix = resamplingMatrix(9, 5, interpolation);
      const sums = [0, 1, 2, 3, 4].map((row) =>
        matrix.subarray(row * 9, row * 9 + 9).reduce((sum, weight) => sum + weight, 0),
      );
      sums.forEach((sum) => expect(sum).toBeCloseTo(1, 6));
    },
  );
});
