/** How timm prepares pictures for evaluation: `pretrained_cfg` of its config.json, or the flat config.json of before 0.9. */
import { z } from 'zod';
import type { Preprocessing } from '@consilium/shared/protocol';
import { halfEven } from '../../data/transforms/placement.js';
import { badConfiguration, parseConfiguration } from '../files/configuration.js';
import { IMAGENET } from './colours.js';
import { meanField, normalisation, sideField, stdField } from './fields.js';

const DEFAULT_SIDE = 224;
const DEFAULT_CROP_PCT = 0.875;
const BYTE = 255;

const pretrainedSchema = z.looseObject({
  input_size: z.tuple([z.literal(3, 'expected 3 channels'), sideField, sideField]).nullish(),
  interpolation: z.enum(['nearest', 'bilinear', 'bicubic', 'lanczos']).nullish(),
  crop_pct: z.number().positive().nullish(),
  crop_mode: z.enum(['center', 'squash', 'border'], 'expected center, squash or border').nullish(),
  mean: meanField.nullish(),
  std: stdField.nullish(),
});

/**
 * Defaults are those of timm.data.resolve_data_config (timm 1.0).
 * @param value `pretrained_cfg`, or the whole flat file
 * @throws ConsiliumError 'bad-backbone' naming the key that is not supported
 */
export function timmPreprocessing(file: string, value: unknown): Preprocessing {
  const found = parseConfiguration(file, value, pretrainedSchema);
  const [, height, width] = found.input_size ?? [3, DEFAULT_SIDE, DEFAULT_SIDE];
  const cropPct = found.crop_pct ?? DEFAULT_CROP_PCT;
  const scaled = { height: Math.floor(height / cropPct), width: Math.floor(width / cropPct) };
  const { mean, std } = { mean: found.mean ?? IMAGENET.mean, std: found.std ?? IMAGENET.std };
  const common = {
    resample: found.interpolation ?? 'bicubic',
    resizes: 'bytes',
    ...normalisation({ mean, std }),
  } as const;
  const crop = { height, width, offset: 'half-even' } as const;
  if (found.crop_mode === 'squash') {
    const isWhole = scaled.height === height && scaled.width === width;
    return { resize: { kind: 'exact', ...scaled }, ...(isWhole ? {} : { crop }), ...common };
  }
  if (height !== width) {
    throw badConfiguration(file, 'input_size: expected a square, unless crop_mode is squash');
  }
  return found.crop_mode === 'border'
    ? {
        resize: { kind: 'longest-edge', size: scaled.height },
        crop: { ...crop, fill: borderOf(file, mean) },
        ...common,
      }
    : { resize: { kind: 'shortest-edge', size: scaled.height }, crop, ...common };
}

/** transforms_imagenet_eval: the mean as bytes, which round() makes whole. */
function borderOf(file: string, mean: readonly number[]): number[] {
  const fill = mean.map((value) => halfEven(BYTE * value));
  if (fill.some((byte) => byte < 0 || byte > BYTE)) {
    throw badConfiguration(file, 'mean: expected numbers from 0 to 1 beside crop_mode border');
  }
  return fill;
}
