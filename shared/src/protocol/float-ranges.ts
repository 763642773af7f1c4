/** Floats as bits of which a document allows a range only. */
import { decodeFloat, isFloatBits } from '../encoding/index.js';
import { floatBitsSchema } from './scalars.js';

/** @param expectation what a number must be, as the message says it */
export function floatsThat(expectation: string, holds: (value: number) => boolean) {
  return floatBitsSchema.refine((bits) => !isFloatBits(bits) || holds(decodeFloat(bits)), {
    error: expectation,
  });
}

export const finiteSchema = floatsThat('must be finite', Number.isFinite);

export const positiveFloatSchema = floatsThat(
  'must be positive and finite',
  (value) => value > 0 && Number.isFinite(value),
);
