/**
 * What a Romanowsky stain leaves in a smear: azure in chromatin, methylene blue in RNA, eosin in haemoglobin and in the
 * granules of eosinophils. A material is how much of each it holds; light passes by the law of Beer and Lambert.
 */

/** Amounts of pigment, 1 being what a usual nucleus (azure), lymphocyte cytoplasm (blue) or red cell (eosin) holds. */
export interface Pigments {
  readonly azure: number;
  readonly blue: number;
  readonly eosin: number;
}

/** Red, green and blue. */
export type Rgb = readonly [number, number, number];

/** Absorbance of one unit of each pigment in the three channels (natural logarithm). */
export interface Absorbance {
  readonly azure: Rgb;
  readonly blue: Rgb;
  readonly eosin: Rgb;
}

/** Share of the light of one channel (0 red, 1 green, 2 blue) that passes the given amounts of pigment. */
export function transmittance(pigments: Pigments, stain: Absorbance, channel: 0 | 1 | 2): number {
  return Math.exp(
    -pigments.azure * stain.azure[channel] -
      pigments.blue * stain.blue[channel] -
      pigments.eosin * stain.eosin[channel],
  );
}
