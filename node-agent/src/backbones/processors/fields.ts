/** Kinds of values that the descriptions of image processing share. */
import { z } from 'zod';
import { encodeFloat } from '@consilium/shared/encoding';
import type { Preprocessing } from '@consilium/shared/protocol';
import type { Colours } from './colours.js';

export const sideField = z.int().min(1).max(4096);

/** One number for all channels, or one for each. */
export const meanField = z
  .union([z.number(), z.array(z.number()).length(3)], 'expected a number or three')
  .transform(ofChannels);

export const stdField = z
  .union(
    [z.number().positive(), z.array(z.number().positive()).length(3)],
    'expected a positive number or three',
  )
  .transform(ofChannels);

function ofChannels(value: number | number[]): number[] {
  return typeof value === 'number' ? [value, value, value] : value;
}

/** The last step: bytes to numbers from 0 to 1, and these to the backbone's range. */
export function normalisation(
  { mean, std }: Colours,
  rescale = 1 / 255,
): Pick<Preprocessing, 'rescale' | 'mean' | 'std'> {
  return {
    rescale: encodeFloat(rescale),
    mean: mean.map(encodeFloat),
    std: std.map(encodeFloat),
  };
}
