/** How a cached activation is kept: as computed, or rounded to binary16 in half of the space. */
import { z } from 'zod';

export const cachePrecisionSchema = z.enum(['f32', 'f16']);
export type CachePrecision = z.infer<typeof cachePrecisionSchema>;
