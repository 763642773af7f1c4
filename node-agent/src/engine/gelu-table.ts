/**
 * GELU with the exact normal distribution, x * Phi(x), and its slope, in plain arithmetic: the same bits on every machine.
 * Phi and its density stand in a table; between two entries a Taylor series to third order is within 1e-8.
 */
const REACH = 6;
const STEPS = 64;
const DENSITY_AT_0 = 1 / Math.sqrt(2 * Math.PI);

/** Phi and phi at -6, -6 + 1/64, ..., 6. */
const CUMULATIVE = new Float64Array(2 * REACH * STEPS + 1).map((_, k) => cumulative(at(k)));
const DENSITY = new Float64Array(2 * REACH * STEPS + 1).map((_, k) => density(at(k)));

/** out[i] = x[i] * Phi(x[i]); NaN stays NaN. */
export function gelu(x: Float32Array, out: Float32Array): void {
  for (let i = 0; i < x.length; i += 1) {
    const value = x[i] as number;
    if (value >= REACH || value <= -REACH) {
      out[i] = value > 0 ? value : 0;
      continue;
    }
    const k = ((value + REACH) * STEPS) | 0;
    const w = k / STEPS - REACH;
    const d = value - w;
    const series = d * (1 - 0.5 * w * d + ((w * w - 1) * d * d) / 6);
    out[i] = value * ((CUMULATIVE[k] as number) + (DENSITY[k] as number) * series);
  }
}

/** out[i] = dy[i] * (Phi(x[i]) + x[i] * phi(x[i])); NaN stays NaN. */
export function geluSlope(x: Float32Array, dy: Float32Array, out: Float32Array): void {
  for (let i = 0; i < x.length; i += 1) {
    const value = x[i] as number;
    const slope = dy[i] as number;
    if (value >= REACH || value <= -REACH) {
      out[i] = value > 0 ? slope : 0;
      continue;
    }
    const k = ((value + REACH) * STEPS) | 0;
    const w = k / STEPS - REACH;
    const d = value - w;
    const w2 = w * w - 1;
    const phi = DENSITY[k] as number;
    const series = d * (1 - 0.5 * w * d + (w2 * d * d) / 6);
    const derived = 1 - w * d + 0.5 * w2 * d * d + (w * (3 - w * w) * d * d * d) / 6;
    out[i] = slope * ((CUMULATIVE[k] as number) + phi * (series + value * derived));
  }
}

function at(k: number): number {
  return k / STEPS - REACH;
}

function density(x: number): number {
  return DENSITY_AT_0 * Math.exp(-0.5 * x * x);
}

/** Phi(x) = 1/2 + phi(x) (x + x^3/3 + x^5/(3 5) + ...), Abramowitz and Stegun 26.2.11; its terms have one sign. */
function cumulative(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 3; Math.abs(term) > Math.abs(sum) * 2 ** -54; n += 2) {
    term *= (x * x) / n;
    sum += term;
  }
  return 0.5 + density(x) * sum;
}
