/**
 * GELU with the exact error function, x * Phi(x), in plain arithmetic: the same bits on every machine. The error function is
 * the rational approximation that Eigen and XLA use for float32 (odd degree 13 over even degree 8 on [-4, 4]).
 */
const ROOT_HALF = Math.SQRT1_2;
const ONE_OVER_ROOT_2PI = 1 / Math.sqrt(2 * Math.PI);

/** out[i] = x[i] * Phi(x[i]). */
export function gelu(x: Float32Array, out: Float32Array): void {
  for (let i = 0; i < x.length; i += 1) {
    const value = x[i] as number;
    out[i] = 0.5 * value * (1 + erf(value * ROOT_HALF));
  }
}

/** out[i] = dy[i] * (Phi(x[i]) + x[i] * phi(x[i])). */
export function geluSlope(x: Float32Array, dy: Float32Array, out: Float32Array): void {
  for (let i = 0; i < x.length; i += 1) {
    const value = x[i] as number;
    const phi = ONE_OVER_ROOT_2PI * Math.exp(-0.5 * value * value);
    out[i] = (dy[i] as number) * (0.5 * (1 + erf(value * ROOT_HALF)) + value * phi);
  }
}

/** Within 2e-7 of the error function; NaN stays NaN. */
export function erf(x: number): number {
  const z = x < -4 ? -4 : x > 4 ? 4 : x;
  const q = z * z;
  const above =
    z *
    (-1.60960333262415e-2 +
      q *
        (-2.95459980854025e-3 +
          q *
            (-7.34990630326855e-4 +
              q *
                (-5.69250639462346e-5 +
                  q *
                    (-2.10102402082508e-6 +
                      q * (2.77068142495902e-8 + q * -2.72614225801306e-10))))));
  const below =
    -1.42647390514189e-2 +
    q *
      (-7.37332916720468e-3 +
        q * (-1.68282697438203e-3 + q * (-2.13374055278905e-4 + q * -1.45660718464996e-5)));
  return above / below;
}
