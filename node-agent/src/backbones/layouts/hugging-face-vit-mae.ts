/**
 * `vit_mae` of transformers: the encoder of a masked autoencoder (He et al. 2021, arXiv 2111.06377). It reads the whole picture,
 * nothing masked; the decoder is no part of it.
 */
import { modelTypeOf } from './hugging-face-fields.js';
import { VIT_NAMES, vitGeometry } from './hugging-face-vit.js';
import type { Layout } from './layout.js';
import { placesOf } from './name-table.js';

export const huggingFaceVitMae: Layout = {
  title: 'transformers vit_mae',
  recognises: (files) => modelTypeOf(files) === 'vit_mae',
  geometry: ({ config }) => vitGeometry('vit_mae', config),
  prefixes: ['', 'vit.'],
  ignored: /^(decoder|classifier)\./,
  places: (geometry) => placesOf(geometry, VIT_NAMES),
};
