import { decodeFloat } from '@consilium/shared/encoding';
import { inputSize, PLAIN_VIT, type BackboneGeometry } from '@consilium/shared/protocol';
import type { ModelDocuments } from '../files/model-files.js';
import { HALF, IMAGENET, OPENAI_CLIP } from './colours.js';
import { readPreprocessing } from './read-preprocessing.js';

const common = {
  hiddenSize: 12,
  layers: 2,
  heads: 2,
  mlpSize: 24,
  imageSize: 224,
  patchSize: 16,
  channels: 3,
  layerNormEps: 'f64:3eb0c6f7a0b5ed8d',
} as const;
const vit: BackboneGeometry = { ...PLAIN_VIT, ...common };
const sam: BackboneGeometry = {
  architecture: 'sam',
  ...common,
  imageSize: 1024,
  activation: 'gelu',
  windowSize: 14,
  globalBlocks: [1],
  absolutePositions: true,
  relativePositions: true,
  qkvBias: true,
  neckSize: 8,
};

/** With numbers instead of their bits. */
function read(files: ModelDocuments, geometry = vit) {
  const { rescale, mean, std, ...rest } = readPreprocessing(files, geometry);
  const numbers = {
    rescale: decodeFloat(rescale),
    mean: mean.map(decodeFloat),
    std: std.map(decodeFloat),
  };
  return { ...rest, ...numbers };
}

const processor = (preprocessorConfig: object, config?: object) =>
  read({ preprocessorConfig, config });

const exact = (height: number, width = height) => ({ kind: 'exact', height, width });
const shortest = (size: number) => ({ kind: 'shortest-edge', size });
const crop = (size: number, offset: string) => ({ height: size, width: size, offset });

describe('the image processors of transformers', () => {
  it.each([
    ['ViTImageProcessor', exact(224), undefined, 'bilinear', HALF, 'bytes'],
    ['ViTImageProcessorFast', exact(224), undefined, 'bilinear', HALF, 'bytes'],
    ['DeiTImageProcessor', exact(256), crop(224, 'down'), 'bicubic', HALF, 'bytes'],
    ['BitImageProcessor', shortest(224), crop(224, 'down'), 'bicubic', OPENAI_CLIP, 'bytes'],
    ['CLIPImageProcessorPil', shortest(224), crop(224, 'down'), 'bicubic', OPENAI_CLIP, 'bytes'],
    ['SiglipImageProcessor', exact(224), undefined, 'bicubic', HALF, 'bytes'],
    ['DINOv3ViTImageProcessorFast', exact(224), undefined, 'bilinear', IMAGENET, 'numbers'],
    [
      'SamImageProcessor',
      { kind: 'longest-edge', size: 1024 },
      undefined,
      'bilinear',
      IMAGENET,
      'bytes',
    ],
  ])('have the defaults of %s', (type, resize, kept, resample, colours, resizes) => {
    const found = processor({ image_processor_type: type, size: null, crop_size: null });
    expect(found).toEqual({
      resize,
      ...(kept === undefined ? {} : { crop: kept }),
      resample,
      resizes,
      rescale: 1 / 255,
      ...colours,
    });
  });

  it('read a feature extractor of 2021', () => {
    const found = processor({
      feature_extractor_type: 'ViTFeatureExtractor',
      do_normalize: true,
      do_resize: true,
      image_mean: IMAGENET.mean,
      image_std: IMAGENET.std,
      resample: 2,
      size: 384,
    });
    expect(found).toMatchObject({ resize: exact(384), resample: 'bilinear', ...IMAGENET });
  });

  it('read the processor that transformers 5 keeps for pictures and text together', () => {
    const image = { image_processor_type: 'SiglipImageProcessor', size: { height: 48, width: 48 } };
    const processorConfig = { image_processor: image, processor_class: 'SiglipProcessor' };
    expect(read({ processorConfig })).toMatchObject({ resize: exact(48), resample: 'bicubic' });
  });

  it('read a file that names no class by the model type', () => {
    const found = processor({ size: 336, crop_size: 336 }, { model_type: 'clip' });
    expect(found).toMatchObject({ resize: shortest(336), crop: crop(336, 'down') });
  });

  it('read a file of BitImageProcessor as DINOv2 has it', () => {
    const found = processor({
      crop_size: { height: 224, width: 224 },
      do_center_crop: true,
      do_convert_rgb: true,
      image_mean: IMAGENET.mean,
      image_processor_type: 'BitImageProcessor',
      image_std: IMAGENET.std,
      resample: 3,
      rescale_factor: 0.00392156862745098,
      size: { shortest_edge: 256 },
    });
    expect(found).toMatchObject({
      resize: shortest(256),
      crop: crop(224, 'down'),
      resample: 'bicubic',
      ...IMAGENET,
    });
  });

  it('take one number of a size as the class does, unless the file says which', () => {
    const type = { image_processor_type: 'ViTImageProcessor', do_center_crop: true, crop_size: 64 };
    expect(processor({ ...type, size: 80 }).resize).toEqual(exact(80));
    expect(processor({ ...type, size: 80, default_to_square: false }).resize).toEqual(shortest(80));
    expect(processor({ ...type, size: [80, 90] }).resize).toEqual(exact(80, 90));
  });

  it('leave out steps that are switched off', () => {
    const found = processor({
      image_processor_type: 'CLIPImageProcessor',
      size: { height: 32, width: 32 },
      do_center_crop: false,
      do_rescale: false,
      do_normalize: false,
    });
    expect(found).toMatchObject({ resize: exact(32), rescale: 1, mean: [0, 0, 0], std: [1, 1, 1] });
    expect(found.crop).toBeUndefined();
  });

  it.each([
    [{ image_processor_type: 'ConvNextImageProcessor' }, /image_processor_type: ConvNext/],
    [{}, /image_processor_type: is missing; expected one of ViTImageProcessor/],
    [{ do_resize: false }, /do_resize: expected true/],
    [{ do_flip_channel_order: true }, /do_flip_channel_order: is not supported/],
    [{ do_pad: true }, /do_pad: expected false/],
    [{ resample: 5 }, /resample: expected 0 \(nearest\)/],
    [{ size: { shortest_edge: 20, longest_edge: 30 } }, /size: expected a number/],
    [{ size: { longest_edge: 30 } }, /size: expected shortest_edge or height and width/],
    [{ size: { shortest_edge: 20 } }, /do_center_crop: expected true beside size.shortest_edge/],
    [{ do_center_crop: true }, /crop_size: is missing/],
    [{ image_std: [1, 0, 1] }, /image_std.1: Too small: expected number to be >0/],
    [{ use_square_size: true }, /use_square_size: is not supported/],
    [
      { image_processor_type: 'SamImageProcessor', size: { shortest_edge: 64 } },
      /size: expected longest_edge/,
    ],
    [
      { image_processor_type: 'SamImageProcessor', size: { longest_edge: 64 } },
      /pad_size: expected 64 x 64/,
    ],
    [{ image_processor_type: 'SamImageProcessor', do_pad: false }, /do_pad: expected true/],
    [
      { image_processor_type: 'SamImageProcessor', do_center_crop: true },
      /do_center_crop: expected false beside size.longest_edge/,
    ],
  ])('refuse %j', (file, message) => {
    const type = Object.keys(file).length > 0 ? 'ViTImageProcessor' : null;
    const refused = () => processor({ image_processor_type: type, ...file });
    expect(refused).toThrow(expect.objectContaining({ code: 'bad-backbone' }) as Error);
    expect(refused).toThrow(message);
  });
});

describe('the configuration of timm', () => {
  const pretrained = {
    input_size: [3, 224, 224],
    interpolation: 'bicubic',
    crop_pct: 0.9,
    mean: HALF.mean,
    std: HALF.std,
  };

  it('is read from pretrained_cfg', () => {
    const config = { architecture: 'vit_large_patch16_224', pretrained_cfg: pretrained };
    expect(read({ config })).toEqual({
      resize: shortest(248),
      crop: crop(224, 'half-even'),
      resample: 'bicubic',
      resizes: 'bytes',
      rescale: 1 / 255,
      ...HALF,
    });
  });

  it('is read from a flat file, and has the defaults of timm', () => {
    expect(read({ config: { architecture: 'vit_base_patch16_224', ...pretrained } })).toEqual(
      read({ config: { architecture: 'x', pretrained_cfg: pretrained } }),
    );
    expect(read({ config: { architecture: 'x', pretrained_cfg: {} } })).toMatchObject({
      resize: shortest(256),
      crop: crop(224, 'half-even'),
      resample: 'bicubic',
      ...IMAGENET,
    });
  });

  it('squashes', () => {
    const squash = { ...pretrained, crop_mode: 'squash' };
    const found = read({ config: { architecture: 'x', pretrained_cfg: squash } });
    expect(found).toMatchObject({ resize: exact(248), crop: crop(224, 'half-even') });
    const whole = { ...squash, crop_pct: 1, input_size: [3, 32, 48] };
    const another = read({ config: { architecture: 'x', pretrained_cfg: whole } });
    expect(another.resize).toEqual(exact(32, 48));
    expect(another.crop).toBeUndefined();
  });

  it('pads with its mean, as bytes', () => {
    const border = { ...pretrained, crop_mode: 'border', mean: [0.5, 0.1, 0.3] };
    expect(read({ config: { architecture: 'x', pretrained_cfg: border } })).toMatchObject({
      resize: { kind: 'longest-edge', size: 248 },
      crop: { ...crop(224, 'half-even'), fill: [128, 26, 76] },
    });
  });

  it('is read from the file of the wrapper in transformers', () => {
    const wrapper = {
      image_processor_type: 'TimmWrapperImageProcessor',
      pretrained_cfg: pretrained,
    };
    expect(processor(wrapper)).toMatchObject({ resize: shortest(248) });
  });

  it.each([
    [{ crop_mode: 'tiles' }, /crop_mode: expected center, squash or border/],
    [
      { crop_mode: 'border', mean: 1.5 },
      /mean: expected numbers from 0 to 1 beside crop_mode border/,
    ],
    [{ crop_mode: 'border', input_size: [3, 224, 112] }, /input_size: expected a square/],
    [{ input_size: [1, 224, 224] }, /input_size.0: expected 3 channels/],
    [{ input_size: [3, 224, 112] }, /input_size: expected a square/],
    [{ interpolation: 'hamming' }, /interpolation/],
  ])('is refused with %j', (change, message) => {
    const config = { architecture: 'x', pretrained_cfg: { ...pretrained, ...change } };
    expect(() => read({ config })).toThrow(message);
  });
});

describe('the configuration of open_clip', () => {
  const openClip = (preprocess?: object) =>
    read({
      openClipConfig: {
        model_cfg: { vision_cfg: { image_size: 64 } },
        preprocess_cfg: preprocess,
      },
    });

  it('has the defaults of open_clip', () => {
    expect(openClip()).toEqual({
      resize: shortest(64),
      crop: crop(64, 'half-even'),
      resample: 'bicubic',
      resizes: 'bytes',
      rescale: 1 / 255,
      ...OPENAI_CLIP,
    });
  });

  it('has three ways to resize', () => {
    expect(openClip({ resize_mode: 'squash', interpolation: 'bilinear' })).toMatchObject({
      resize: exact(64),
      resample: 'bilinear',
    });
    expect(openClip({ resize_mode: 'longest', mean: 0.5, std: [1, 2, 3] })).toMatchObject({
      resize: { kind: 'longest-edge', size: 64 },
      crop: crop(64, 'half-even'),
      mean: [0.5, 0.5, 0.5],
      std: [1, 2, 3],
    });
  });

  it.each([
    [{ resize_mode: 'longest', fill_color: 114 }, /preprocess_cfg.fill_color: expected 0/],
    [{ resize_mode: 'fit' }, /preprocess_cfg.resize_mode/],
  ])('is refused with %j', (change, message) => {
    expect(() => openClip(change)).toThrow(message);
  });
});

describe('a model without any description', () => {
  it('is prepared as the code beside the original checkpoints does', () => {
    expect(read({})).toMatchObject({
      resize: shortest(256),
      crop: crop(224, 'half-even'),
      resample: 'bicubic',
      ...IMAGENET,
    });
    const padded = readPreprocessing({}, sam);
    expect(padded.resize).toEqual({ kind: 'longest-edge', size: 1024 });
    expect(inputSize(padded)).toEqual({ height: 1024, width: 1024 });
  });

  it('is refused where config.json is that of transformers', () => {
    expect(() => read({ config: { model_type: 'vit' } })).toThrow(
      /preprocessor_config.json: is missing/,
    );
  });
});
