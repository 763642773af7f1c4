/** A study small enough for specs: a linear head on a backbone of eight features. */
import { contentHashOf } from '@consilium/shared/crypto';
import { encodeFloat } from '@consilium/shared/encoding';
import {
  parseStudyFile,
  PLAIN_VIT,
  toStudyProtocol,
  type BackboneDescription,
  type StudyProtocol,
} from '@consilium/shared/protocol';

export const BACKBONE: BackboneDescription = {
  hash: contentHashOf('a backbone of specs'),
  geometry: {
    ...PLAIN_VIT,
    hiddenSize: 8,
    layers: 1,
    heads: 2,
    mlpSize: 16,
    imageSize: 16,
    patchSize: 8,
    layerNormEps: encodeFloat(1e-12),
  },
  preprocessing: {
    resize: { kind: 'exact', height: 16, width: 16 },
    resample: 'bilinear',
    resizes: 'bytes',
    rescale: encodeFloat(1 / 255),
    mean: [encodeFloat(0.5), encodeFloat(0.5), encodeFloat(0.5)],
    std: [encodeFloat(0.5), encodeFloat(0.5), encodeFloat(0.5)],
  },
  parameters: 1000,
};

export interface TestStudyOptions {
  readonly study?: string;
  readonly rounds?: number;
  readonly minSites?: number;
  readonly minSamples?: number;
  /** Whether each site trains an adapter for itself as well. */
  readonly isPrivate?: boolean;
  /** c of a study whose sums are secure; absent: plain. */
  readonly colluders?: number;
  /** As a study file says it; without it the sites are not asked. */
  readonly acceptance?: { readonly tolerance?: number; readonly maxNorm?: number };
}

export function testStudy(options: TestStudyOptions = {}): StudyProtocol {
  const { study = 'cells', rounds = 2, minSites = 2, minSamples = 10, isPrivate = false } = options;
  const { colluders } = options;
  const file = parseStudyFile({
    study,
    title: 'A study of specs',
    task: { kind: 'classification', classes: ['a', 'b'] },
    backbone: BACKBONE.hash,
    adapter: { kind: 'linear-head' },
    ...(isPrivate ? { privateAdapter: { kind: 'lora', rank: 2, blocks: [0] } } : {}),
    training: { rounds, optimizer: { kind: 'sgd', learningRate: 0.1 } },
    privacy:
      colluders === undefined
        ? { secureAggregation: 'off' }
        : { secureAggregation: 'on', colluders },
    acceptance: options.acceptance ?? 'off',
    participation: { minSites, minSamples },
    seed: 'specs',
  });
  return toStudyProtocol(file, BACKBONE, 'unused');
}
