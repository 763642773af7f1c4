/**
 * RETFound and other masked autoencoders of the original code (rmaphoh/RETFound, models_vit.py and models_mae.py): timm's names
 * without any description. The feature is the mean of the patches, normalised with `fc_norm`. Files from before fine-tuning have
 * the decoder, and of the autoencoder a `norm` of tokens that is not used: `fc_norm` begins at weight 1 and bias 0.
 */
import { encodeFloat } from '@consilium/shared/encoding';
import type { VitGeometry } from '@consilium/shared/protocol';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import type { Layout, TensorHeading } from './layout.js';
import { withoutPrefix } from './tensor-names.js';
import { timmPlaces } from './timm-places.js';
import { gridSide, readTimmShapes, TIMM_LANDMARK } from './timm-shapes.js';

/** Heads are 64 wide but in the largest of the three encoders (models_mae.py: mae_vit_base, large, huge). */
const HEAD_WIDTH = 64;
const HUGE = { width: 1280, heads: 16 };

/** What tells such a file from others with timm's names. */
const OWN_NAME = /(^|\.)(fc_norm|decoder_embed)\.weight$/;

export const retfound: Layout = {
  title: 'original MAE or RETFound',
  recognises: ({ config, openClipConfig }, tensors) =>
    config === undefined &&
    openClipConfig === undefined &&
    tensors.some(({ name }) => OWN_NAME.test(name)) &&
    shapesOf(tensors) !== undefined,
  geometry: (_, tensors) => retfoundGeometry(tensors),
  prefixes: ['', 'model.', 'module.'],
  ignored: /^decoder_|^mask_token$|^(head|norm)\./,
  places: timmPlaces,
};

function shapesOf(tensors: readonly TensorHeading[]) {
  return withoutPrefix(retfound, TIMM_LANDMARK, tensors);
}

/** @throws ConsiliumError 'bad-backbone' naming a tensor that is missing, or for a width that no such model has */
function retfoundGeometry(tensors: readonly TensorHeading[]): VitGeometry {
  const found = shapesOf(tensors) ?? new Map<string, readonly number[]>();
  const { positions: rows, ...shapes } = readTimmShapes(found);
  const { hiddenSize: width } = shapes;
  if (width % HEAD_WIDTH !== 0) {
    throw new ConsiliumError(
      'bad-backbone',
      `backbone: no config.json and a width of ${width}, which is no multiple of ${HEAD_WIDTH}: no original masked autoencoder`,
    );
  }
  return {
    architecture: 'vit',
    channels: 3,
    ...shapes,
    heads: width === HUGE.width ? HUGE.heads : width / HEAD_WIDTH,
    imageSize: gridSide(rows, 1) * shapes.patchSize,
    layerNormEps: encodeFloat(1e-6),
    activation: 'gelu',
    // util/pos_embed.py resamples the table bicubically, without antialiasing, when the model is loaded.
    positions: { kind: 'table', covers: 'class-and-patches', interpolation: 'bicubic' },
    pool: 'mean',
    finalNorm: found.has('fc_norm.weight') ? 'pooled' : 'pooled-plain',
  };
}
