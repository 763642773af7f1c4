/**
 * Numbers with a fraction as text that keeps every bit, since decimal text of floats differs between languages: `f64:` and
 * the 16 hex digits of the IEEE 754 binary64, most significant first.
 */
import { ConsiliumError } from '../vocabulary/index.js';

export type FloatBits = `f64:${string}`;

const FORM = /^f64:[0-9a-f]{16}$/;

/** Infinities and -0 keep their bits. @throws ConsiliumError 'bad-encoding' on NaN, which has many bit patterns. */
export function encodeFloat(x: number): FloatBits {
  if (Number.isNaN(x)) {
    throw new ConsiliumError('bad-encoding', 'float bits: not a number');
  }
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, x);
  return `f64:${view.getBigUint64(0).toString(16).padStart(16, '0')}`;
}

/** @throws ConsiliumError 'bad-encoding' on any other form and on NaN. */
export function decodeFloat(bits: string): number {
  if (!FORM.test(bits)) {
    throw new ConsiliumError('bad-encoding', 'float bits: expected "f64:" and 16 hex digits');
  }
  const x = toNumber(bits);
  if (Number.isNaN(x)) {
    throw new ConsiliumError('bad-encoding', 'float bits: not a number');
  }
  return x;
}

export function isFloatBits(value: unknown): value is FloatBits {
  return typeof value === 'string' && FORM.test(value) && !Number.isNaN(toNumber(value));
}

function toNumber(bits: string): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt(`0x${bits.slice(4)}`));
  return view.getFloat64(0);
}
