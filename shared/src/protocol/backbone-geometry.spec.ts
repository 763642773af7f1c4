import { encodeFloat } from '../encoding/index.js';
import {
  backboneDescriptionSchema,
  backboneGeometrySchema,
  PLAIN_VIT,
  type SamGeometry,
  type VitGeometry,
} from './backbone-geometry.js';
import type { Preprocessing } from './backbone-preprocessing.js';
import { ONE } from './testing/sample-scalars.js';
import { BACKBONE } from './testing/sample-study.js';

const SIZES = { hiddenSize: 768, layers: 12, heads: 12, mlpSize: 3072, patchSize: 16 };
const VIT: VitGeometry = {
  ...PLAIN_VIT,
  ...SIZES,
  imageSize: 224,
  layerNormEps: encodeFloat(1e-6),
};
const SAM: SamGeometry = {
  architecture: 'sam',
  ...SIZES,
  imageSize: 1024,
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

describe('a geometry that nothing can compute', () => {
  const sentences = (geometry: unknown): string[] => {
    const { error } = backboneGeometrySchema.safeParse(geometry);
    return (error?.issues ?? []).map(({ path, message }) => `${path.join('.')} ${message}`);
  };
  const rotary = { kind: 'rotary', theta: ONE } as const;

  it.each<[string, Partial<VitGeometry>, string]>([
    ['heads that share no features evenly', { heads: 7 }, 'heads must divide hiddenSize'],
    [
      'heads too narrow to be turned',
      { hiddenSize: 768, heads: 384, positions: rotary },
      'heads must leave a multiple of 4 features a head, which rotary needs',
    ],
    ['patches above the picture', { patchSize: 225 }, 'patchSize must not be above imageSize'],
    ['a norm that divides by nothing', { layerNormEps: encodeFloat(0) }, 'layerNormEps must be'],
    [
      'rotary positions of no wavelength',
      { positions: { kind: 'rotary', theta: encodeFloat(-1) } },
      'positions.theta must be positive and finite',
    ],
    ['more features than any model', { mlpSize: 2 ** 40 }, 'mlpSize Too big'],
  ])('is refused for %s', (_, change, sentence) => {
    expect(sentences({ ...VIT, ...change })).toEqual([expect.stringContaining(sentence)]);
  });

  it.each<[string, Partial<SamGeometry>, string]>([
    ['heads that share no features evenly', { heads: 7 }, 'heads must divide hiddenSize'],
    ['patches above the picture', { patchSize: 2000 }, 'patchSize must not be above imageSize'],
    ['a block that it lacks', { globalBlocks: [12] }, 'globalBlocks must name blocks below layers'],
    ['a block named twice', { globalBlocks: [2, 2] }, 'globalBlocks must be ascending'],
  ])('of SAM is refused for %s', (_, change, sentence) => {
    expect(sentences({ ...SAM, ...change })).toEqual([expect.stringContaining(sentence)]);
  });
});

describe('a description of a backbone', () => {
  const { preprocessing } = BACKBONE;

  it.each<[string, Partial<Preprocessing>, string]>([
    [
      'pictures smaller than a patch',
      { resize: { kind: 'exact', height: 224, width: 15 } },
      'preprocessing must make pictures of at least one patch',
    ],
    [
      'a division by zero',
      { std: [ONE, ONE, encodeFloat(0)] },
      'preprocessing.std.2 must be positive and finite',
    ],
    [
      'an infinite mean',
      { mean: [ONE, encodeFloat(Infinity), ONE] },
      'preprocessing.mean.1 must be finite',
    ],
    [
      'pictures without light',
      { rescale: encodeFloat(0) },
      'preprocessing.rescale must be positive and finite',
    ],
  ])('is refused for %s', (_, change, sentence) => {
    const described = { ...BACKBONE, preprocessing: { ...preprocessing, ...change } };
    const { error } = backboneDescriptionSchema.safeParse(described);
    const found = (error?.issues ?? []).map(({ path, message }) => `${path.join('.')} ${message}`);
    expect(found).toEqual([sentence]);
  });
});
