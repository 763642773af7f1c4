/**
 * RETFound and other masked autoencoders of the original code (rmaphoh/RETFound, models_vit.py and models_mae.py): timm's names
 * without any description. The feature is the mean of the patches, normalised with `fc_norm`. Files from before fine-tuning have
 * the decoder, and the encoder's `norm` in place of `fc_norm`, which that code begins at weight 1 and bias 0: with the weights of
 * `norm` the feature is the same but for a scale and a shift of each number.
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
  spelling: (name) => name.replace(/^norm\./, 'fc_norm.'),
  ignored: /^decoder_|^mask_token$|^head\./,
  places: timmPlaces,
};

function shapesOf(tensors: readonly TensorHeading[]) {
  return withoutPrefix(retfound, TIMM_LANDMARK, tensors);
}

/** @throws ConsiliumError 'bad-backbone' naming a tensor that is missing, or for a width that no such model has */
function retfoundGeometry(tensors: readonly TensorHeading[]): VitGeometry {
  const { positions: rows, ...shapes } = readTimmShapes(shapesOf(tensors) ?? new Map());
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
  };
}
