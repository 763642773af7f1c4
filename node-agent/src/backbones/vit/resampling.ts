/**
 * Resampling of a line of numbers to another length, as a matrix: what PyTorch's `interpolate(mode='bicubic',
 * align_corners=False)` does along each axis (aten/src/ATen/native/UpSample.h and cpu/UpSampleKernel.cpp, torch 2.13).
 */
import type { PositionInterpolation } from '@consilium/shared/protocol';

/** The free parameter of the cubic kernel of Keys 1981: OpenCV's, and with antialiasing Pillow's. */
const PLAIN = -0.75;
const ANTIALIASED = -0.5;

/** What the original DINOv2 code adds to the new length before it divides: `interpolate_offset`. */
const OFFSET = 0.1;

/**
 * @param from length of the line @param to the new length
 * @returns [to, from], row by row
 */
export function resamplingMatrix(
  from: number,
  to: number,
  interpolation: PositionInterpolation,
): Float32Array {
  const matrix = new Float32Array(to * from);
  for (let row = 0; row < to; row += 1) {
    for (const [column, weight] of weightsOf(row, from, to, interpolation)) {
      const at = row * from + column;
      matrix[at] = (matrix[at] as number) + weight;
    }
  }
  return matrix;
}

type Weight = readonly [column: number, weight: number];

function weightsOf(
  row: number,
  from: number,
  to: number,
  interpolation: PositionInterpolation,
): Weight[] {
  switch (interpolation) {
    case 'bicubic':
      return plainWeights(row, from, from / to);
    case 'bicubic-offset':
      return plainWeights(row, from, from / (to + OFFSET));
    case 'bicubic-antialiased':
      return antialiasedWeights(row, from, from / to);
  }
}

/** Four neighbours of the point; beyond an end its last number stands again. */
function plainWeights(row: number, from: number, scale: number): Weight[] {
  const point = (row + 0.5) * scale - 0.5;
  const left = Math.floor(point);
  return [-1, 0, 1, 2].map((step): Weight => {
    const column = Math.min(Math.max(left + step, 0), from - 1);
    return [column, cubic(left + step - point, PLAIN)];
  });
}

/** All numbers within the kernel, which is widened when the line becomes shorter; weights are made to sum to one. */
function antialiasedWeights(row: number, from: number, scale: number): Weight[] {
  const widening = Math.max(scale, 1);
  const centre = (row + 0.5) * scale;
  const first = Math.max(Math.trunc(centre - 2 * widening + 0.5), 0);
  const end = Math.min(Math.trunc(centre + 2 * widening + 0.5), from);
  const weights = Array.from({ length: end - first }, (_, i): Weight => {
    const distance = (first + i + 0.5 - centre) / widening;
    return [first + i, cubic(distance, ANTIALIASED)];
  });
  const sum = weights.reduce((total, [, weight]) => total + weight, 0);
  return weights.map(([column, weight]) => [column, weight / sum]);
}

/** Keys 1981, "Cubic convolution interpolation for digital image processing", equation 15, with a free. */
function cubic(distance: number, a: number): number {
  const x = Math.abs(distance);
  if (x <= 1) {
    return ((a + 2) * x - (a + 3)) * x * x + 1;
  }
  return x < 2 ? ((x - 5) * x + 8) * x * a - 4 * a : 0;
}
