/** A backbone small enough for specs: two blocks of width 8. */
import { encodeFloat } from '@consilium/shared/encoding';
import { PLAIN_VIT, type BackboneDescription } from '@consilium/shared/protocol';
import { parseContentHash } from '@consilium/shared/vocabulary';

const half = encodeFloat(0.5);

export const BACKBONE: BackboneDescription = {
  hash: parseContentHash(`sha256:${'b'.repeat(64)}`),
  geometry: {
    ...PLAIN_VIT,
    hiddenSize: 8,
    layers: 2,
    heads: 1,
    mlpSize: 16,
    imageSize: 8,
    patchSize: 4,
    layerNormEps: encodeFloat(1e-6),
  },
  preprocessing: {
    resize: { kind: 'exact', height: 8, width: 8 },
    resample: 'bilinear',
    resizes: 'bytes',
    rescale: encodeFloat(1 / 255),
    mean: [half, half, half],
    std: [half, half, half],
  },
  parameters: 1000,
};
