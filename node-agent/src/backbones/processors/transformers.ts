/**
 * preprocessor_config.json of transformers, from the feature extractors of 2021 to the image processors of 5.18. A key that is
 * absent or null takes its class's default, as there.
 */
import { z } from 'zod';
import type { ImageSize, Preprocessing } from '@consilium/shared/protocol';
import { badConfiguration, parseConfiguration } from '../files/configuration.js';
import type { Colours } from './colours.js';
import { meanField, normalisation, sideField, stdField } from './fields.js';
import { PROCESSOR_OF_MODEL, PROCESSORS, type Processor } from './transformers-processors.js';

/** Pillow's numbers for its filters. */
const RESAMPLE = new Map<number, Preprocessing['resample']>([
  [0, 'nearest'],
  [1, 'lanczos'],
  [2, 'bilinear'],
  [3, 'bicubic'],
]);

/** Steps that are read here, and those that change nothing about pixels. */
const KNOWN_STEPS = new Set([
  'do_resize',
  'do_center_crop',
  'do_rescale',
  'do_normalize',
  'do_pad',
  'do_convert_rgb',
  'do_reduce_labels',
]);

const heightWidth = z.object({ height: sideField, width: sideField });
const onlyEdge = (edge: string) => z.strictObject({ [edge]: sideField });

const sizeField = z.union(
  [
    sideField,
    z.array(sideField).length(2),
    heightWidth,
    onlyEdge('shortest_edge'),
    onlyEdge('longest_edge'),
  ],
  'expected a number, {height, width}, {shortest_edge} or {longest_edge}, each from 1 to 4096',
);

const squareField = z.union([sideField, z.array(sideField).length(2), heightWidth]);

const processorSchema = z
  .looseObject({
    image_processor_type: z.string().nullish(),
    feature_extractor_type: z.string().nullish(),
    size: sizeField.nullish(),
    default_to_square: z.boolean().nullish(),
    use_square_size: z.literal(false, 'is not supported').nullish(),
    resample: z
      .number()
      .refine(
        (value) => RESAMPLE.has(value),
        'expected 0 (nearest), 1 (lanczos), 2 (bilinear) or 3 (bicubic)',
      )
      .nullish(),
    crop_size: squareField.nullish(),
    pad_size: squareField.nullish(),
    do_resize: z.literal(true, 'expected true').nullish(),
    do_center_crop: z.boolean().nullish(),
    do_pad: z.boolean().nullish(),
    do_rescale: z.boolean().nullish(),
    rescale_factor: z.number().positive().nullish(),
    do_normalize: z.boolean().nullish(),
    image_mean: meanField.nullish(),
    image_std: stdField.nullish(),
  })
  .superRefine((processor, context) => {
    for (const [key, value] of Object.entries(processor)) {
      if (key.startsWith('do_') && value === true && !KNOWN_STEPS.has(key)) {
        context.addIssue({ code: 'custom', path: [key], message: 'is not supported' });
      }
    }
  });

type ProcessorFile = z.output<typeof processorSchema>;

/**
 * @param file its name @param value its content, parsed
 * @param modelType `model_type` of config.json, which decides where an old file names no class
 * @throws ConsiliumError 'bad-backbone' naming the key that is not supported
 */
export function transformersPreprocessing(
  file: string,
  value: unknown,
  modelType: string | undefined,
): Preprocessing {
  const found = parseConfiguration(file, value, processorSchema);
  const processor = processorOf(file, found, modelType);
  const resize = resizeOf(file, found, processor);
  const crop = cropOf(file, found, processor, resize);
  requirePadding(file, found, resize);
  const rescales = found.do_rescale ?? true;
  return {
    resize,
    resample: RESAMPLE.get(found.resample ?? -1) ?? processor.resample,
    resizes: processor.resizesNumbers && rescales ? 'numbers' : 'bytes',
    ...(crop === undefined ? {} : { crop }),
    ...normalisation(coloursOf(found, processor), rescales ? (found.rescale_factor ?? 1 / 255) : 1),
  };
}

function coloursOf(found: ProcessorFile, { colours }: Processor): Colours {
  return (found.do_normalize ?? true)
    ? { mean: found.image_mean ?? colours.mean, std: found.image_std ?? colours.std }
    : { mean: [0, 0, 0], std: [1, 1, 1] };
}

function processorOf(file: string, found: ProcessorFile, modelType: string | undefined): Processor {
  const named = found.image_processor_type ?? found.feature_extractor_type;
  const supported = [...PROCESSORS.keys()].map((name) => `${name}ImageProcessor`).join(', ');
  if (named == null) {
    const processor = PROCESSORS.get(PROCESSOR_OF_MODEL.get(modelType ?? '') ?? '');
    if (processor === undefined) {
      const fault = `image_processor_type: is missing; expected one of ${supported}`;
      throw badConfiguration(file, fault);
    }
    return processor;
  }
  const name = /^(\w+?)(?:ImageProcessor(?:Fast|Pil)?|FeatureExtractor)$/.exec(named)?.[1];
  const processor = PROCESSORS.get(name ?? '');
  if (processor === undefined) {
    const fault = `image_processor_type: ${named} is not supported; expected one of ${supported}`;
    throw badConfiguration(file, fault);
  }
  return processor;
}

function resizeOf(
  file: string,
  { size, default_to_square: toSquare }: ProcessorFile,
  processor: Processor,
): Preprocessing['resize'] {
  if (size == null) {
    return processor.resize;
  }
  if (typeof size === 'number') {
    return (toSquare ?? processor.squareByDefault)
      ? { kind: 'exact', height: size, width: size }
      : { kind: 'shortest-edge', size };
  }
  if (Array.isArray(size) || 'height' in size) {
    return { kind: 'exact', ...imageSize(size as number[] | ImageSize) };
  }
  const { shortest_edge: shortest, longest_edge: longest } = size as Record<string, number>;
  if ((longest === undefined) === (processor.resize.kind === 'longest-edge')) {
    const wanted = longest === undefined ? 'longest_edge' : 'shortest_edge or height and width';
    throw badConfiguration(file, `size: expected ${wanted} for this class of image processor`);
  }
  return longest === undefined
    ? { kind: 'shortest-edge', size: shortest as number }
    : { kind: 'longest-edge', size: longest };
}

function cropOf(
  file: string,
  found: ProcessorFile,
  processor: Processor,
  resize: Preprocessing['resize'],
): Preprocessing['crop'] {
  const size = found.crop_size == null ? processor.cropSize : imageSize(found.crop_size);
  if (!(found.do_center_crop ?? processor.crops)) {
    if (resize.kind === 'shortest-edge') {
      const fault = 'do_center_crop: expected true beside size.shortest_edge: pictures of one size';
      throw badConfiguration(file, fault);
    }
    return undefined;
  }
  if (resize.kind === 'longest-edge') {
    throw badConfiguration(file, 'do_center_crop: expected false beside size.longest_edge');
  }
  if (size === undefined) {
    throw badConfiguration(file, 'crop_size: is missing');
  }
  return { ...size, offset: 'down' };
}

/** Pictures are padded by SamImageProcessor alone, to a square as large as their longest edge. */
function requirePadding(
  file: string,
  { do_pad: pads, pad_size: padSize }: ProcessorFile,
  resize: Preprocessing['resize'],
): void {
  const isSam = resize.kind === 'longest-edge';
  if ((pads ?? isSam) !== isSam) {
    const fault = `do_pad: expected ${String(isSam)} for this class of image processor`;
    throw badConfiguration(file, fault);
  }
  if (resize.kind === 'longest-edge') {
    const { height, width } = padSize == null ? SAM_PAD : imageSize(padSize);
    if (height !== resize.size || width !== resize.size) {
      const fault = `pad_size: expected ${resize.size} x ${resize.size}, as large as size.longest_edge`;
      throw badConfiguration(file, fault);
    }
  }
}

const SAM_PAD: ImageSize = { height: 1024, width: 1024 };

function imageSize(size: number | readonly number[] | ImageSize): ImageSize {
  if (typeof size === 'number') {
    return { height: size, width: size };
  }
  if ('height' in size) {
    return { height: size.height, width: size.width };
  }
  const [height = 0, width = 0] = size;
  return { height, width };
}
