/**
 * open_clip around a vision transformer of timm (open_clip 3.3, timm_model.py), as BiomedCLIP and the SigLIP files of timm are:
 * the trunk has timm's names, and a linear projection may follow.
 */
import type { BackboneGeometry, VitGeometry } from '@consilium/shared/protocol';
import { badConfiguration } from '../files/configuration.js';
import { OPEN_CLIP_FILE } from '../files/model-files.js';
import type { Layout, ModelFiles, ParameterPlace, TensorHeading } from './layout.js';
import { placesOf } from './name-table.js';
import { readOpenClipConfig } from './open-clip-config.js';
import { withoutPrefix } from './tensor-names.js';
import { timmGeometry } from './timm.js';
import { timmModel } from './timm-config.js';
import { timmNames } from './timm-places.js';
import { TIMM_LANDMARK } from './timm-shapes.js';

const TRUNK = 'visual.trunk.';
const PROJECTION = 'visual.head.proj.weight';

export const openClipTimm: Layout = {
  title: 'open_clip with a timm trunk',
  recognises: ({ openClipConfig }, tensors) =>
    openClipConfig !== undefined && tensors.some(({ name }) => name.includes(TRUNK)),
  geometry: trunkGeometry,
  prefixes: ['', 'module.', 'model.'],
  ignored: /^(?!visual\.)|^visual\.trunk\.head\./,
  places: trunkPlaces,
};

/** @throws ConsiliumError 'bad-backbone' where the file contradicts the tensors, or asks for what is not supported */
function trunkGeometry(files: ModelFiles, tensors: readonly TensorHeading[]): VitGeometry {
  const model = readOpenClipConfig(files.openClipConfig);
  const { timm_model_name: name, timm_pool: pool, timm_proj: projection } = model.vision_cfg;
  const shapes = withoutPrefix(openClipTimm, `${TRUNK}${TIMM_LANDMARK}`, tensors);
  if (name == null || shapes === undefined) {
    throw badConfiguration(
      OPEN_CLIP_FILE,
      `vision_cfg.timm_model_name is ${name ?? 'missing'}, and the trunk in the weights is no vision transformer of timm, or has no name`,
    );
  }
  const trunk = new Map(
    [...shapes].flatMap(([key, shape]) =>
      key.startsWith(TRUNK) ? [[key.slice(TRUNK.length), shape] as const] : [],
    ),
  );
  // '' leaves the architecture its own pool.
  const stated = pool === '' ? {} : { global_pool: pool };
  const geometry = timmGeometry(OPEN_CLIP_FILE, timmModel(OPEN_CLIP_FILE, name, stated), trunk);
  return projection === 'linear' ? { ...geometry, projectionSize: model.embed_dim } : geometry;
}

function trunkPlaces(geometry: BackboneGeometry): ParameterPlace[] {
  const names = timmNames(geometry);
  const whole = { ...names.whole, 'projection.weight': PROJECTION };
  return placesOf(geometry, { ...names, whole }).map((place) =>
    place.tensor.name === PROJECTION
      ? place
      : { ...place, tensor: { ...place.tensor, name: `${TRUNK}${place.tensor.name}` } },
  );
}
