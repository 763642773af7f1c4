/** open_clip_config.json: how open_clip prepares pictures (open_clip 3.3, image_transform). */
import { z } from 'zod';
import type { ImageSize, Preprocessing } from '@consilium/shared/protocol';
import { badConfiguration, parseConfiguration } from '../files/configuration.js';
import { OPENAI_CLIP } from './colours.js';
import { meanField, normalisation, sideField, stdField } from './fields.js';

const sizeField = z.union(
  [sideField, z.array(sideField).length(2)],
  'expected a number from 1 to 4096, or two',
);

const preprocessSchema = z.looseObject({
  size: sizeField.nullish(),
  mode: z.literal('RGB', 'expected RGB').nullish(),
  mean: meanField.nullish().transform((mean) => mean ?? OPENAI_CLIP.mean),
  std: stdField.nullish().transform((std) => std ?? OPENAI_CLIP.std),
  interpolation: z
    .enum(['bilinear', 'bicubic', 'random'])
    .nullish()
    // `random` is for training; evaluation then takes bicubic.
    .transform((name) => (name === 'bilinear' ? name : 'bicubic')),
  resize_mode: z.enum(['shortest', 'longest', 'squash']).nullish(),
  fill_color: z.number().nullish(),
});

const openClipSchema = z.looseObject({
  model_cfg: z
    .looseObject({ vision_cfg: z.looseObject({ image_size: sizeField.nullish() }).nullish() })
    .nullish(),
  preprocess_cfg: preprocessSchema
    .nullish()
    .transform((found) => found ?? preprocessSchema.parse({})),
});

/**
 * @param imageSize the model's own, where the file has none
 * @throws ConsiliumError 'bad-backbone' naming the key that is not supported
 */
export function openClipPreprocessing(
  file: string,
  value: unknown,
  imageSize: number,
): Preprocessing {
  const parsed = parseConfiguration(file, value, openClipSchema);
  const found = parsed.preprocess_cfg;
  const { height, width } = sizeOf(parsed, imageSize);
  const common = {
    resample: found.interpolation,
    resizes: 'bytes',
    ...normalisation({ mean: found.mean, std: found.std }),
  } as const;
  if (found.resize_mode === 'squash') {
    return { resize: { kind: 'exact', height, width }, ...common };
  }
  if (height !== width) {
    const fault = 'image_size: expected a square, unless preprocess_cfg.resize_mode is squash';
    throw badConfiguration(file, fault);
  }
  const crop = { height, width, offset: 'half-even' } as const;
  if (found.resize_mode !== 'longest') {
    return { resize: { kind: 'shortest-edge', size: height }, crop, ...common };
  }
  if ((found.fill_color ?? 0) !== 0) {
    throw badConfiguration(file, 'preprocess_cfg.fill_color: expected 0');
  }
  return { resize: { kind: 'longest-edge', size: height }, crop, ...common };
}

/** The model's own size counts before that of its pictures. */
function sizeOf(
  { model_cfg: model, preprocess_cfg: found }: z.output<typeof openClipSchema>,
  imageSize: number,
): ImageSize {
  const size = model?.vision_cfg?.image_size ?? found.size ?? imageSize;
  const [height = 0, width = 0] = typeof size === 'number' ? [size, size] : size;
  return { height, width };
}
