/** Hugging Face's preprocessor_config.json: how a picture becomes numbers. Squash only; models that crop are not read yet. */
import { z } from 'zod';
import { encodeFloat } from '@consilium/shared/encoding';
import type { Preprocessing } from '@consilium/shared/protocol';
import { badConfiguration, readConfigurationFile } from './configuration-file.js';

const FILE = 'preprocessor_config.json';

/** Pillow's numbers for its filters. */
const RESAMPLE = new Map<number, Preprocessing['resample']>([
  [0, 'nearest'],
  [2, 'bilinear'],
  [3, 'bicubic'],
]);

const side = z.int().min(1).max(4096);
const channels = z.array(z.number()).length(3);

const processorSchema = z.object({
  do_resize: z.literal(true, 'expected true').default(true),
  /** Old files give one number. */
  size: z.union([side, z.object({ height: side, width: side })]),
  resample: z
    .number()
    .refine((value) => RESAMPLE.has(value), 'expected 0 (nearest), 2 (bilinear) or 3 (bicubic)')
    .default(2),
  do_center_crop: z.literal(false, 'expected false: cropping is not supported').default(false),
  do_rescale: z.boolean().default(true),
  rescale_factor: z
    .number()
    .positive()
    .default(1 / 255),
  do_normalize: z.boolean().default(true),
  image_mean: channels.default([0.5, 0.5, 0.5]),
  image_std: channels
    .refine((std) => std.every((value) => value > 0), 'expected positive numbers')
    .default([0.5, 0.5, 0.5]),
});

/** @throws ConsiliumError 'bad-backbone' for a file that is missing, broken or asks for what is not supported */
export async function readImageProcessor(folder: string): Promise<Preprocessing> {
  const processor = await readConfigurationFile(folder, FILE, processorSchema);
  const { size } = processor;
  const { height, width } = typeof size === 'number' ? { height: size, width: size } : size;
  const resample = RESAMPLE.get(processor.resample);
  if (height !== width || resample === undefined) {
    throw badConfiguration(FILE, 'size: expected a square');
  }
  const normalised = processor.do_normalize;
  return {
    size: height,
    resample,
    rescale: encodeFloat(processor.do_rescale ? processor.rescale_factor : 1),
    mean: (normalised ? processor.image_mean : [0, 0, 0]).map(encodeFloat),
    std: (normalised ? processor.image_std : [1, 1, 1]).map(encodeFloat),
  };
}
