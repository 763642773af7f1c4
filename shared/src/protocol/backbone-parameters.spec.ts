import { encodeFloat } from '../encoding/index.js';
import { shapeSize } from '../tensors/index.js';
import {
  backboneGeometrySchema,
  featureSize,
  PLAIN_VIT,
  type BackboneGeometry,
} from './backbone-geometry.js';
import { inputSize } from './backbone-preprocessing.js';
import { backboneParameters, layerSizes, linearTargets } from './backbone-parameters.js';
import { BACKBONE } from './testing/sample-study.js';

type Vit = Extract<BackboneGeometry, { architecture: 'vit' }>;

const VIT_B: Vit = {
  ...PLAIN_VIT,
  hiddenSize: 768,
  layers: 12,
  heads: 12,
  mlpSize: 3072,
  imageSize: 224,
  patchSize: 16,
  layerNormEps: encodeFloat(1e-6),
};

const SAM_B: BackboneGeometry = {
  architecture: 'sam',
  hiddenSize: 768,
  layers: 12,
  heads: 12,
  mlpSize: 3072,
  imageSize: 1024,
  patchSize: 16,
  channels: 3,
  layerNormEps: encodeFloat(1e-6),
  activation: 'gelu',
  windowSize: 14,
  globalBlocks: [2, 5, 8, 11],
  absolutePositions: true,
  relativePositions: true,
  qkvBias: true,
  neckSize: 256,
};

const size = (geometry: BackboneGeometry) =>
  backboneParameters(geometry).reduce((sum, { shape }) => sum + shapeSize(shape), 0);

const shapeOf = (geometry: BackboneGeometry, name: string) =>
  backboneParameters(geometry).find((parameter) => parameter.name === name)?.shape;

describe('the parameters of a backbone', () => {
  /** Counted by PyTorch over the encoders that the original libraries build (timm 1.0.29 without head, transformers 5.18). */
  it.each<[string, BackboneGeometry, number]>([
    ['timm vit_base_patch16_224', VIT_B, 85_798_656],
    ['the sample, ViT-Ti/16', BACKBONE.geometry, 5_524_416],
    [
      'timm vit_base_patch14_reg4_dinov2',
      {
        ...VIT_B,
        imageSize: 518,
        patchSize: 14,
        registers: 4,
        layerScale: true,
        positions: { kind: 'table', covers: 'patches', interpolation: 'bicubic-antialiased' },
      },
      86_582_016,
    ],
    [
      'openai/clip-vit-base-patch16 vision tower with projection',
      { ...VIT_B, patchBias: false, preNorm: true, finalNorm: 'pooled', projectionSize: 512 },
      86_192_640,
    ],
    ['SAM ViT-B image encoder', SAM_B, 89_670_912],
  ])('of %s are as many as its library counts', (_, geometry, count) => {
    expect(size(geometry)).toBe(count);
  });

  it('have names that occur once', () => {
    for (const geometry of [VIT_B, SAM_B]) {
      const names = backboneParameters(geometry).map(({ name }) => name);
      expect(new Set(names).size).toBe(names.length);
    }
  });

  it.each([
    ['patches', 196],
    ['class-and-patches', 197],
    ['all', 201],
  ] as const)('have a position table that covers %s', (covers, rows) => {
    const positions = { kind: 'table', covers, interpolation: 'bicubic' } as const;
    expect(shapeOf({ ...VIT_B, registers: 4, positions }, 'positions')).toEqual([rows, 768]);
  });

  it('have no position table where queries and keys are turned instead', () => {
    const positions = { kind: 'rotary', theta: encodeFloat(100) } as const;
    expect(shapeOf({ ...VIT_B, positions }, 'positions')).toBeUndefined();
  });

  it('have a gate in every block where the feed-forward layers are gated', () => {
    const gated: Vit = { ...VIT_B, feedForward: 'swiglu', activation: 'silu', mlpSize: 2048 };
    expect(linearTargets(gated)).toContain('mlp-gate');
    expect(linearTargets(VIT_B)).not.toContain('mlp-gate');
    expect(shapeOf(gated, 'blocks.3.mlp-gate.weight')).toEqual([2048, 768]);
  });

  it('are as large as the layers are said to be', () => {
    for (const target of linearTargets(VIT_B)) {
      const [inputs, outputs] = layerSizes(VIT_B, target);
      expect(shapeOf(VIT_B, `blocks.0.${target}.weight`)).toEqual([outputs, inputs]);
    }
  });

  it('of SAM have relative positions of a window, or of the whole picture in a global block', () => {
    expect(shapeOf(SAM_B, 'blocks.0.relative-rows')).toEqual([27, 64]);
    expect(shapeOf(SAM_B, 'blocks.2.relative-columns')).toEqual([127, 64]);
  });
});

describe('the feature', () => {
  it.each<[string, BackboneGeometry, number]>([
    ['the class token', VIT_B, 768],
    ['class token and mean', { ...VIT_B, pool: 'class-and-mean' }, 1536],
    ['a projection', { ...VIT_B, projectionSize: 512 }, 512],
    ['the neck of SAM', SAM_B, 256],
  ])('is as wide as %s', (_, geometry, width) => {
    expect(featureSize(geometry)).toBe(width);
  });
});

describe('a geometry', () => {
  it.each<[string, Partial<Vit>, boolean]>([
    ['the class token of a model that has one', {}, true],
    ['the class token of a model without', { classToken: false }, false],
    [
      'class token and mean of a model without',
      { classToken: false, pool: 'class-and-mean' },
      false,
    ],
    ['the mean of a model without class token', { classToken: false, pool: 'mean' }, true],
    ['an attention pool', { pool: 'attention', attentionPoolMlpSize: 3072 }, true],
    ['an attention pool that is not there', { pool: 'attention' }, false],
  ])('whose feature is %s', (_, change, isTaken) => {
    expect(backboneGeometrySchema.safeParse({ ...VIT_B, ...change }).success).toBe(isTaken);
  });
});

describe('the input', () => {
  it('has the size of the crop, or else of what the picture is resized to', () => {
    const { preprocessing } = BACKBONE;
    const resize = { kind: 'shortest-edge', size: 256 } as const;
    const crop = { height: 224, width: 192, offset: 'down' } as const;
    expect(inputSize(preprocessing)).toEqual({ height: 224, width: 224 });
    expect(inputSize({ ...preprocessing, resize })).toEqual({ height: 256, width: 256 });
    expect(inputSize({ ...preprocessing, resize, crop })).toEqual({ height: 224, width: 192 });
  });
});
