/** How the pictures of a model are prepared, from whichever file beside its weights says so. */
import { z } from 'zod';
import type { BackboneGeometry, Preprocessing } from '@consilium/shared/protocol';
import { badConfiguration } from '../files/configuration.js';
import {
  CONFIG_FILE,
  OPEN_CLIP_FILE,
  PREPROCESSOR_FILE,
  PROCESSOR_FILE,
  type ModelDocuments,
} from '../files/model-files.js';
import { IMAGENET } from './colours.js';
import { normalisation } from './fields.js';
import { openClipPreprocessing } from './open-clip.js';
import { timmPreprocessing } from './timm.js';
import { transformersPreprocessing } from './transformers.js';

/** What tells timm's config.json from that of transformers. */
const timmSchema = z.looseObject({
  architecture: z.string(),
  pretrained_cfg: z.unknown().optional(),
});
const typeSchema = z.looseObject({ model_type: z.string() });
const processorSchema = z.looseObject({ image_processor: z.looseObject({}) });
const wrapperSchema = z.looseObject({
  image_processor_type: z.literal('TimmWrapperImageProcessor'),
  pretrained_cfg: z.looseObject({}),
});

/**
 * @throws ConsiliumError 'bad-backbone' when no file says how pictures are prepared, or with the key that is not supported
 */
export function readPreprocessing(
  files: ModelDocuments,
  geometry: BackboneGeometry,
): Preprocessing {
  const { config, preprocessorConfig, processorConfig, openClipConfig } = files;
  const modelType = typeSchema.safeParse(config).data?.model_type;
  if (preprocessorConfig !== undefined) {
    const wrapper = wrapperSchema.safeParse(preprocessorConfig);
    return wrapper.success
      ? timmPreprocessing(PREPROCESSOR_FILE, wrapper.data.pretrained_cfg)
      : transformersPreprocessing(PREPROCESSOR_FILE, preprocessorConfig, modelType);
  }
  const processor = processorSchema.safeParse(processorConfig);
  if (processor.success) {
    return transformersPreprocessing(PROCESSOR_FILE, processor.data.image_processor, modelType);
  }
  if (openClipConfig !== undefined) {
    return openClipPreprocessing(OPEN_CLIP_FILE, openClipConfig, geometry.imageSize);
  }
  const timm = timmSchema.safeParse(config);
  if (timm.success) {
    return timmPreprocessing(CONFIG_FILE, timm.data.pretrained_cfg ?? timm.data);
  }
  if (config === undefined) {
    return originalPreprocessing(geometry);
  }
  throw badConfiguration(
    PREPROCESSOR_FILE,
    'is missing: put the one that was published with the model beside its weights',
  );
}

/**
 * What the code beside the original checkpoints does, which come without any description: RETFound (util/datasets.py) and DINOv2
 * (data/transforms.py) evaluate on the middle 224 of 256 pixels, bicubic; Segment Anything (utils/transforms.py) pads.
 */
function originalPreprocessing({ architecture, imageSize }: BackboneGeometry): Preprocessing {
  const common = { resizes: 'bytes', ...normalisation(IMAGENET) } as const;
  switch (architecture) {
    case 'vit':
      return {
        resize: { kind: 'shortest-edge', size: Math.trunc(imageSize / (224 / 256)) },
        resample: 'bicubic',
        crop: { height: imageSize, width: imageSize, offset: 'half-even' },
        ...common,
      };
    case 'sam':
      return {
        resize: { kind: 'longest-edge', size: imageSize },
        resample: 'bilinear',
        ...common,
      };
  }
}
