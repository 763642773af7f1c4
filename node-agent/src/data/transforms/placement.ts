/**
 * Where a picture goes on its way to the backbone: the size it is resized to, the part of it that is kept, and where that part
 * lies in the backbone's input. Sizes are rounded as the library that trained the backbone rounds them.
 */
import type { ImageSize, Preprocessing } from '@consilium/shared/protocol';
import type { Span } from './filters.js';

type Crop = NonNullable<Preprocessing['crop']>;

export interface Placement {
  /** Size of the whole picture after resizing. */
  readonly resized: ImageSize;
  /** The rows and columns of it that are kept. */
  readonly rows: Span;
  readonly columns: Span;
  /** Size of the prepared picture, and where in it the kept part begins; what it does not cover is zero, or the crop's `fill`. */
  readonly canvas: ImageSize;
  readonly top: number;
  readonly left: number;
}

export function place(picture: ImageSize, preprocessing: Preprocessing): Placement {
  const resized = resizedSize(picture, preprocessing);
  const canvas = canvasOf(resized, preprocessing);
  const { crop } = preprocessing;
  const rows = kept(resized.height, canvas.height, crop?.offset);
  const columns = kept(resized.width, canvas.width, crop?.offset);
  return {
    resized,
    canvas,
    rows: rows.span,
    columns: columns.span,
    top: rows.at,
    left: columns.at,
  };
}

/** A picture that is padded after normalisation has no padding yet. */
function canvasOf(resized: ImageSize, { resize, crop }: Preprocessing): ImageSize {
  if (crop !== undefined) {
    return { height: crop.height, width: crop.width };
  }
  return resize.kind === 'shortest-edge' ? { height: resize.size, width: resize.size } : resized;
}

function resizedSize({ height, width }: ImageSize, preprocessing: Preprocessing): ImageSize {
  const { resize, crop } = preprocessing;
  switch (resize.kind) {
    case 'exact':
      return { height: resize.height, width: resize.width };
    case 'shortest-edge': {
      // torchvision and transformers: int(size * long / short)
      const long = Math.trunc((resize.size * Math.max(height, width)) / Math.min(height, width));
      return width <= height
        ? { height: long, width: resize.size }
        : { height: resize.size, width: long };
    }
    case 'longest-edge': {
      const side = crop === undefined ? padded : croppedLater;
      const longest = Math.max(height, width);
      return {
        height: Math.max(1, side(height, longest, resize.size)),
        width: Math.max(1, side(width, longest, resize.size)),
      };
    }
  }
}

/** transformers, SamImageProcessor: int(side * scale + 0.5) */
function padded(side: number, longest: number, size: number): number {
  return Math.trunc(side * (size / longest) + 0.5);
}

/** open_clip, ResizeKeepRatio, whose picture is padded by the crop: round(side / ratio) */
function croppedLater(side: number, longest: number, size: number): number {
  return halfEven(side / (longest / size));
}

/** The middle `wanted` of `size` samples; where there are fewer, they lie in the middle, zeros on both sides. */
function kept(
  size: number,
  wanted: number,
  offset: Crop['offset'] = 'down',
): { readonly span: Span; readonly at: number } {
  if (size <= wanted) {
    // torchvision, center_crop: one zero more behind than before where they are odd.
    return { span: { first: 0, count: size }, at: Math.floor((wanted - size) / 2) };
  }
  const middle = (size - wanted) / 2;
  const first = offset === 'down' ? Math.floor(middle) : halfEven(middle);
  return { span: { first, count: wanted }, at: 0 };
}

/** Python's round(). */
export function halfEven(x: number): number {
  const down = Math.floor(x);
  if (x - down === 0.5) {
    return down % 2 === 0 ? down : down + 1;
  }
  return Math.round(x);
}
