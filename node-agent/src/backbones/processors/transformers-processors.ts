/** The image processors of transformers that are read, with the defaults of their classes (transformers 5.18). */
import type { ImageSize, Preprocessing } from '@consilium/shared/protocol';
import { HALF, IMAGENET, OPENAI_CLIP, type Colours } from './colours.js';

export interface Processor {
  readonly resize: Preprocessing['resize'];
  /** Whether one number for `size` is a square's side or the shorter edge. */
  readonly squareByDefault: boolean;
  readonly resample: Preprocessing['resample'];
  readonly colours: Colours;
  readonly crops: boolean;
  readonly cropSize?: ImageSize;
  /** Rescales before it resizes. */
  readonly resizesNumbers: boolean;
}

const square = (side: number): ImageSize => ({ height: side, width: side });

const PLAIN: Processor = {
  resize: { kind: 'exact', ...square(224) },
  squareByDefault: true,
  resample: 'bilinear',
  colours: HALF,
  crops: false,
  resizesNumbers: false,
};

const CLIP: Processor = {
  resize: { kind: 'shortest-edge', size: 224 },
  squareByDefault: false,
  resample: 'bicubic',
  colours: OPENAI_CLIP,
  crops: true,
  cropSize: square(224),
  resizesNumbers: false,
};

/** By class name without `ImageProcessor`, `ImageProcessorFast`, `ImageProcessorPil` or `FeatureExtractor`. */
export const PROCESSORS: ReadonlyMap<string, Processor> = new Map([
  ['ViT', PLAIN],
  [
    'DeiT',
    {
      ...PLAIN,
      resize: { kind: 'exact', ...square(256) },
      resample: 'bicubic',
      crops: true,
      cropSize: square(224),
    },
  ],
  ['Bit', CLIP],
  ['CLIP', CLIP],
  ['Siglip', { ...PLAIN, squareByDefault: false, resample: 'bicubic' }],
  ['DINOv3ViT', { ...PLAIN, colours: IMAGENET, resizesNumbers: true }],
  ['Sam', { ...PLAIN, resize: { kind: 'longest-edge', size: 1024 }, colours: IMAGENET }],
]);

/** What AutoImageProcessor takes for a `model_type` whose preprocessor_config.json names no class: files of before 2022. */
export const PROCESSOR_OF_MODEL: ReadonlyMap<string, string> = new Map([
  ['vit', 'ViT'],
  ['vit_mae', 'ViT'],
  ['deit', 'DeiT'],
  ['dinov2', 'Bit'],
  ['dinov2_with_registers', 'Bit'],
  ['dinov3_vit', 'DINOv3ViT'],
  ['clip', 'CLIP'],
  ['clip_vision_model', 'CLIP'],
  ['siglip', 'Siglip'],
  ['siglip_vision_model', 'Siglip'],
  ['sam', 'Sam'],
  ['sam_vision_model', 'Sam'],
]);
