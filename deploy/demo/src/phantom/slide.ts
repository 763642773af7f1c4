/** The glass slide under the lens: amounts of the three pigments at every point of a square field. */
import type { Pigments } from './pigment.js';
import { coverage, length, type Shape } from './shape.js';

export interface Frame {
  /** Side of the picture in pixels. */
  readonly size: number;
  /** Side of the field in µm; the point (0, 0) is its centre. */
  readonly field: number;
}

export interface Spot {
  readonly x: number;
  readonly y: number;
  /** Radius in µm. */
  readonly radius: number;
}

export class Slide {
  /** Pigments of all pixels, row by row, three values each: azure, blue, eosin. */
  readonly amounts: Float32Array;
  private readonly pitch: number;

  constructor(readonly frame: Frame) {
    this.amounts = new Float32Array(frame.size * frame.size * 3);
    this.pitch = frame.field / frame.size;
  }

  /**
   * Covers a shape with a material.
   * @param material what the shape holds at a point, given the depth of the point in µm.
   * @param opacity share of what lies below that is replaced.
   */
  paint(
    shape: Shape,
    material: (x: number, y: number, depth: number) => Pigments,
    opacity = 1,
  ): void {
    const { size } = this.frame;
    for (let row = 0; row < size; row += 1) {
      for (let column = 0; column < size; column += 1) {
        const [x, y] = [this.position(column), this.position(row)];
        const depth = shape(x, y);
        const cover = opacity * coverage(depth, this.pitch);
        if (cover > 0) {
          this.blend(row * size + column, material(x, y, depth), cover);
        }
      }
    }
  }

  /** Covers a small disc, such as a granule, visiting only the pixels near it. */
  dot(spot: Spot, material: Pigments, opacity: number): void {
    const { size } = this.frame;
    const reach = spot.radius + this.pitch;
    // A granule finer than a pixel still absorbs: it is drawn one pixel wide and thinner in the same measure.
    const radius = Math.max(spot.radius, this.pitch / 2);
    const share = opacity * Math.min(1, (spot.radius / radius) ** 2);
    const first = (centre: number) => Math.max(0, this.pixel(centre - reach));
    const last = (centre: number) => Math.min(size - 1, this.pixel(centre + reach) + 1);
    for (let row = first(spot.y); row <= last(spot.y); row += 1) {
      for (let column = first(spot.x); column <= last(spot.x); column += 1) {
        const distance = length(this.position(column) - spot.x, this.position(row) - spot.y);
        const cover = share * coverage(radius - distance, this.pitch);
        if (cover > 0) {
          this.blend(row * size + column, material, cover);
        }
      }
    }
  }

  private blend(pixel: number, material: Pigments, cover: number): void {
    const start = pixel * 3;
    const { amounts } = this;
    amounts[start] = mix(amounts[start] as number, material.azure, cover);
    amounts[start + 1] = mix(amounts[start + 1] as number, material.blue, cover);
    amounts[start + 2] = mix(amounts[start + 2] as number, material.eosin, cover);
  }

  private position(pixel: number): number {
    return (pixel + 0.5) * this.pitch - this.frame.field / 2;
  }

  private pixel(position: number): number {
    return Math.floor((position + this.frame.field / 2) / this.pitch);
  }
}

function mix(below: number, above: number, cover: number): number {
  return below + (above - below) * cover;
}
