/** How a picture becomes the input of a backbone: resized, cut or padded, scaled and normalised. */
import { z } from 'zod';
import { finiteSchema, positiveFloatSchema } from './float-ranges.js';
import { positiveSchema } from './scalars.js';

const side = positiveSchema.max(4096);

export const preprocessingSchema = z.strictObject({
  resize: z.discriminatedUnion('kind', [
    /** To exactly this size, whatever the picture's shape. */
    z.strictObject({ kind: z.literal('exact'), height: side, width: side }),
    /** The shorter side to `size`, the other in proportion, cut down to a whole number. */
    z.strictObject({ kind: z.literal('shortest-edge'), size: side }),
    /** The longer side to `size`, the other in proportion; then padded to a square at the bottom and on the right. */
    z.strictObject({ kind: z.literal('longest-edge'), size: side }),
  ]),
  resample: z.enum(['nearest', 'bilinear', 'bicubic', 'lanczos']),
  /** What is resized: bytes, rounded as Pillow rounds them, or numbers that were rescaled before. */
  resizes: z.enum(['bytes', 'numbers']),
  /** The middle of the resized picture; where it is smaller, zeros are added. Its offset is rounded as the library does. */
  crop: z
    .strictObject({
      height: side,
      width: side,
      offset: z.enum(['down', 'half-even']),
      /** Red, green and blue as bytes, in place of the zeros. */
      fill: z.array(z.int().min(0).max(255)).length(3).optional(),
    })
    .optional(),
  rescale: positiveFloatSchema,
  mean: z.array(finiteSchema).length(3),
  std: z.array(positiveFloatSchema).length(3),
});
export type Preprocessing = z.infer<typeof preprocessingSchema>;

export interface ImageSize {
  readonly height: number;
  readonly width: number;
}

/** The size in pixels of what the backbone is fed. */
export function inputSize({ resize, crop }: Preprocessing): ImageSize {
  if (crop !== undefined) {
    return { height: crop.height, width: crop.width };
  }
  switch (resize.kind) {
    case 'exact':
      return { height: resize.height, width: resize.width };
    case 'shortest-edge':
    case 'longest-edge':
      return { height: resize.size, width: resize.size };
  }
}
