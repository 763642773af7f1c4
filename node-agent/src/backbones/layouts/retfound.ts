/**
 * RETFound and other masked autoencoders of the original code (rmaphoh/RETFound, models_vit.py and models_mae.py): timm's names
 * without any description. Fine-tuned models read the mean of the patches and normalise it with `fc_norm`; a pretrained file has
 * the decoder and the encoder's own last norm, over every token, in its place.
 */
import { encodeFloat } from '@consilium/shared/encoding';
import type { VitGeometry } from '@consilium/shared/protocol';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import type { Layout, TensorHeading } from './layout.js';
import { withoutPrefix } from './tensor-names.js';
import { timmPlaces } from './timm-places.js';
import { gridSide, readTimmShapes, TIMM_LANDMARK } from './timm-shapes.js';

/** Widths of the three encoders of masked autoencoders, and their heads (models_mae.py: mae_vit_base, large, huge). */
const HEADS: ReadonlyMap<number, number> = new Map([
  [768, 12],
  [1024, 16],
  [1280, 16],
]);

export const retfound: Layout = {
  title: 'original MAE or RETFound',
  recognises: ({ config, openClipConfig }, tensors) => {
    const shapes = shapesOf(tensors);
    return (
      config === undefined &&
      openClipConfig === undefined &&
      shapes !== undefined &&
      (shapes.has('fc_norm.weight') || shapes.has('decoder_embed.weight')) &&
      !shapes.has('blocks.0.ls1.gamma')
    );
  },
  geometry: (_, tensors) => retfoundGeometry(tensors),
  prefixes: ['', 'model.', 'module.'],
  ignored: /^decoder_|^mask_token$|^head\./,
  places: timmPlaces,
};

function shapesOf(tensors: readonly TensorHeading[]) {
  return withoutPrefix(retfound, TIMM_LANDMARK, tensors);
}

/** @throws ConsiliumError 'bad-backbone' naming a tensor that is missing, or for a width that no such model has */
function retfoundGeometry(tensors: readonly TensorHeading[]): VitGeometry {
  const { positions: rows, ...shapes } = readTimmShapes(shapesOf(tensors) ?? new Map());
  const heads = HEADS.get(shapes.hiddenSize);
  if (heads === undefined) {
    throw new ConsiliumError(
      'bad-backbone',
      `backbone: no config.json and a width of ${shapes.hiddenSize}; masked autoencoders have ${[...HEADS.keys()].join(', ')}`,
    );
  }
  return {
    architecture: 'vit',
    channels: 3,
    ...shapes,
    heads,
    imageSize: gridSide(rows, 1) * shapes.patchSize,
    layerNormEps: encodeFloat(1e-6),
    activation: 'gelu',
    // util/pos_embed.py resamples the table bicubically, without antialiasing, when the model is loaded.
    positions: { kind: 'table', covers: 'class-and-patches', interpolation: 'bicubic' },
    pool: 'mean',
  };
}
