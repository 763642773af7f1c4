/** From pigments on glass to the bytes of a picture: light, lens, sensor. */
import type { SeededRandom } from '@consilium/shared/crypto';
import { bell } from './distribution.js';
import { transmittance, type Absorbance, type Rgb } from './pigment.js';
import type { Slide } from './slide.js';

export interface Camera {
  /** Brightness of empty glass per channel, 1 being white: lamp and white balance together. */
  readonly light: Rgb;
  /** Exponent of the tone curve: above 1 darker middle tones, below 1 lighter. */
  readonly gamma: number;
  /** Share of contrast kept, from 0 to 1; the rest is veiling glare. */
  readonly contrast: number;
  /** Blur of lens and focus, standard deviation in µm. */
  readonly blur: number;
  /** Noise of the sensor, standard deviation as a share of white. */
  readonly noise: number;
  /** Loss of light in the corners, from 0 to 1. */
  readonly vignetting: number;
}

/** The picture of a slide: RGB, 8 bits, row by row. */
export function photograph(
  slide: Slide,
  stain: Absorbance,
  camera: Camera,
  random: SeededRandom,
): Uint8Array {
  const { size, field } = slide.frame;
  const sigma = (camera.blur * size) / field;
  const pixels = new Uint8Array(size * size * 3);
  for (const channel of [0, 1, 2] as const) {
    const plane = blurred(lightThrough(slide, stain, channel), size, sigma);
    plane.forEach((passed, pixel) => {
      const value = exposed(passed, camera, channel) * falloff(pixel, size, camera.vignetting);
      const noisy = value ** camera.gamma + camera.noise * bell(random);
      pixels[pixel * 3 + channel] = Math.round(255 * Math.min(1, Math.max(0, noisy)));
    });
  }
  return pixels;
}

function lightThrough(slide: Slide, stain: Absorbance, channel: 0 | 1 | 2): Float32Array {
  const { amounts } = slide;
  return Float32Array.from({ length: amounts.length / 3 }, (_, pixel) => {
    const azure = amounts[pixel * 3] as number;
    const blue = amounts[pixel * 3 + 1] as number;
    const eosin = amounts[pixel * 3 + 2] as number;
    return transmittance({ azure, blue, eosin }, stain, channel);
  });
}

function exposed(passed: number, camera: Camera, channel: 0 | 1 | 2): number {
  return camera.light[channel] * (1 - camera.contrast * (1 - passed));
}

function falloff(pixel: number, size: number, vignetting: number): number {
  const x = (2 * (pixel % size)) / (size - 1) - 1;
  const y = (2 * Math.floor(pixel / size)) / (size - 1) - 1;
  return 1 - (vignetting * (x * x + y * y)) / 2;
}

/** Gaussian blur, rows then columns, edge pixels repeated. */
function blurred(plane: Float32Array, size: number, sigma: number): Float32Array {
  if (sigma < 0.2) {
    return plane;
  }
  const reach = Math.ceil(2.5 * sigma);
  const weights = Array.from({ length: 2 * reach + 1 }, (_, index) =>
    Math.exp(-((index - reach) ** 2) / (2 * sigma * sigma)),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const kernel = weights.map((weight) => weight / total);
  return along(along(plane, size, kernel, 1), size, kernel, size);
}

/** @param step distance of neighbours in the plane: 1 along rows, `size` along columns. */
function along(plane: Float32Array, size: number, kernel: readonly number[], step: number) {
  const reach = (kernel.length - 1) / 2;
  return plane.map((_, pixel) => {
    const place = Math.floor(pixel / step) % size;
    let sum = 0;
    for (let index = 0; index < kernel.length; index += 1) {
      const neighbour = Math.min(size - 1, Math.max(0, place + index - reach));
      sum += (kernel[index] as number) * (plane[pixel + (neighbour - place) * step] as number);
    }
    return sum;
  });
}
