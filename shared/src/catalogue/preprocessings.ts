/** How pictures enter: the recipes that the libraries write beside the weights, with the numbers of each family. */
import { encodeFloat } from '../encoding/index.js';
import type { Preprocessing } from '../protocol/index.js';

type Three = readonly [number, number, number];
type Resample = Preprocessing['resample'];

export interface Colours {
  readonly mean: Three;
  readonly std: Three;
}

export const IMAGENET: Colours = {
  mean: [0.485, 0.456, 0.406],
  std: [0.229, 0.224, 0.225],
};
export const HALF: Colours = { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] };
export const OPENAI: Colours = {
  mean: [0.48145466, 0.4578275, 0.40821073],
  std: [0.26862954, 0.26130258, 0.27577711],
};

/** The same number for red, green and blue, as grey pictures have it. */
export function grey(mean: number, std: number): Colours {
  return { mean: [mean, mean, mean], std: [std, std, std] };
}

/** To exactly a square, whatever the shape: the processors of ViT, SigLIP and MAE. */
export function squashed(size: number, resample: Resample, colours: Colours): Preprocessing {
  return { resize: { kind: 'exact', height: size, width: size }, ...rest(resample, colours) };
}

/** The same on numbers that were rescaled first: transformers' DINOv3ViTImageProcessor. */
export function squashedNumbers(size: number, resample: Resample, colours: Colours): Preprocessing {
  return { ...squashed(size, resample, colours), resizes: 'numbers' };
}

export interface Cropped {
  /** Shorter side before the crop; that of the crop where it is not given. */
  readonly shortestEdge?: number;
  readonly size: number;
  readonly resample: Resample;
  readonly colours: Colours;
}

/** Shorter side, then the middle, as torchvision does it: timm, open_clip and the examples of most model cards. */
export function cropped(recipe: Cropped): Preprocessing {
  return croppedFrom(recipe, 'half-even');
}

/** Shorter side, then the middle, as transformers does it: BitImageProcessor, CLIPImageProcessor. */
export function croppedByTransformers(recipe: Cropped): Preprocessing {
  return croppedFrom(recipe, 'down');
}

/** Longer side, then padded to a square: SamImageProcessor. */
export function padded(size: number, resample: Resample, colours: Colours): Preprocessing {
  return { resize: { kind: 'longest-edge', size }, ...rest(resample, colours) };
}

function croppedFrom(
  { shortestEdge, size, resample, colours }: Cropped,
  offset: 'down' | 'half-even',
): Preprocessing {
  return {
    resize: { kind: 'shortest-edge', size: shortestEdge ?? size },
    crop: { height: size, width: size, offset },
    ...rest(resample, colours),
  };
}

function rest(resample: Resample, { mean, std }: Colours): Omit<Preprocessing, 'resize' | 'crop'> {
  return {
    resample,
    resizes: 'bytes',
    rescale: encodeFloat(1 / 255),
    mean: mean.map(encodeFloat),
    std: std.map(encodeFloat),
  };
}
