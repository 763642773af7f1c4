/** For specs: the protocol of a study of three sites and 18 parameters that does not clip. */
import { contentHashOf } from '@consilium/shared/crypto';
import { encodeFloat } from '@consilium/shared/encoding';
import {
  parseStudyFile,
  PLAIN_VIT,
  toStudyProtocol,
  type BackboneDescription,
  type StudyProtocol,
} from '@consilium/shared/protocol';

const HALF = encodeFloat(0.5);

const BACKBONE: BackboneDescription = {
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
    mean: [HALF, HALF, HALF],
    std: [HALF, HALF, HALF],
  },
  parameters: 1000,
};

export const PROTOCOL: StudyProtocol = toStudyProtocol(
  parseStudyFile({
    study: 'cells',
    title: 'A study of specs',
    task: { kind: 'classification', classes: ['a', 'b'] },
    backbone: BACKBONE.hash,
    adapter: { kind: 'linear-head' },
    training: { rounds: 2, optimizer: { kind: 'sgd', learningRate: 0.1 } },
    privacy: { secureAggregation: 'off' },
    participation: { minSites: 3, minSamples: 10 },
    seed: 'specs',
  }),
  BACKBONE,
  'unused',
);
