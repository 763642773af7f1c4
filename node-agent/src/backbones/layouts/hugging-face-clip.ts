/**
 * The vision tower of `clip` of transformers (Radford et al. 2021, arXiv 2103.00020), alone or beside its text tower. The
 * feature is the normalised class token, projected where the file has the projection into the common space.
 */
import { z } from 'zod';
import { PLAIN_VIT, type VitGeometry } from '@consilium/shared/protocol';
import { parseConfiguration } from '../files/configuration.js';
import { CONFIG_FILE } from '../files/model-files.js';
import { count, modelTypeOf, sizesOf } from './hugging-face-fields.js';
import { TOWER_BLOCKS, towerSchema } from './hugging-face-towers.js';
import type { Layout, TensorHeading } from './layout.js';
import { placesOf, type NameTable } from './name-table.js';

const PROJECTION = 'visual_projection.weight';

const projectionSize = count.default(512);

/** Defaults of CLIPVisionConfig. */
const visionSchema = towerSchema({ patchSize: 32, activation: 'quick-gelu', epsilon: 1e-5 });

/** A tower alone, or both towers: there the vision tower's own `projection_dim` is not read. */
const schema = z.discriminatedUnion('model_type', [
  visionSchema.extend({
    model_type: z.literal('clip_vision_model'),
    projection_dim: projectionSize,
  }),
  z.object({
    model_type: z.literal('clip'),
    vision_config: visionSchema,
    projection_dim: projectionSize,
  }),
]);

const NAMES: NameTable = {
  whole: {
    patch: 'embeddings.patch_embedding',
    'class-token': 'embeddings.class_embedding',
    positions: 'embeddings.position_embedding.weight',
    'norm-pre': 'pre_layrnorm',
    norm: 'post_layernorm',
    projection: 'visual_projection',
  },
  ...TOWER_BLOCKS,
};

export const huggingFaceClip: Layout = {
  title: 'transformers clip',
  recognises: (files) => ['clip', 'clip_vision_model'].some((type) => modelTypeOf(files) === type),
  geometry: ({ config }, tensors) => geometryOf(config, tensors),
  prefixes: ['', 'vision_model.'],
  ignored: /^(text_model|text_projection|classifier)\.|^logit_scale$|^embeddings\.position_ids$/,
  places: (geometry) => placesOf(geometry, NAMES),
};

function geometryOf(config: unknown, tensors: readonly TensorHeading[]): VitGeometry {
  const parsed = parseConfiguration(CONFIG_FILE, config, schema);
  const vision = parsed.model_type === 'clip' ? parsed.vision_config : parsed;
  const hasProjection = tensors.some(({ name }) => name === PROJECTION);
  return {
    ...PLAIN_VIT,
    ...sizesOf(vision),
    mlpSize: vision.intermediate_size,
    activation: vision.hidden_act,
    patchBias: false,
    preNorm: true,
    finalNorm: 'pooled',
    ...(hasProjection ? { projectionSize: parsed.projection_dim } : {}),
  };
}
